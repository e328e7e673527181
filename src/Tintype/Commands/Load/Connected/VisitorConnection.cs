using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tintype.Commands.Load.Connected;

/// <param name="Bytes">Of its body.</param>
internal readonly record struct Answer(int Status, int Bytes)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>
/// A visitor's keep-alive connection: a socket, and a buffer only while an answer is read. An HTTP client would need as much memory and processor for
/// tens of thousands of them as the servers that are asked.
/// </summary>
/// <param name="source">Loopback servers see visitors from several addresses, for each has 28,000 ports only. Null: the system's choice.</param>
internal sealed class VisitorConnection(EndPoint server, IPAddress? source) : IDisposable
{
    private const int HeadBytes = 1 << 14;

    // Linux: the port is chosen when connecting, so that one serves for connections to different servers.
    private const int IpLevel = 0, BindAddressNoPort = 24;

    private static ReadOnlySpan<byte> LengthHeader => "Content-Length:"u8;

    private Socket? socket;

    /// <exception cref="IOException">Broken off, or answered what is not understood.</exception>
    /// <exception cref="SocketException">Not reached.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Answer> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        var isReused = socket is not null;
        try
        {
            if (await TryAskAsync(request, cancel) is { } answer)
            {
                return answer;
            }
            Close();
            // The server may close a connection that was idle, as any may: then it is asked again, once.
            return isReused && await TryAskAsync(request, cancel) is { } again ? again : throw new IOException("hung up");
        }
        catch
        {
            Close();
            throw;
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        socket?.Dispose();
        socket = null;
    }

    /// <returns>Null when the connection ended before the answer began.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Answer?> TryAskAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        socket ??= await ConnectAsync(cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(HeadBytes);
        try
        {
            var (have, end) = (0, -1);
            while (end < 0)
            {
                var got = have == 0 ? await BeginAsync(socket, request, buffer, cancel) : await socket.ReceiveAsync(buffer.AsMemory(have), cancel);
                if (got == 0)
                {
                    return have == 0 ? null : throw new IOException("broken off");
                }
                have += got;
                end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
                if (end < 0 && have == buffer.Length)
                {
                    throw new IOException("not understood");
                }
            }
            var (status, length) = HeadOf(buffer.AsSpan(0, end));
            for (var body = have - end - 4; body < length;)
            {
                body += await socket.ReceiveAsync(buffer, cancel) is > 0 and var got ? got : throw new IOException("broken off");
            }
            return new Answer(status, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> BeginAsync(Socket socket, ReadOnlyMemory<byte> request, Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            await socket.SendAsync(request, cancel);
            return await socket.ReceiveAsync(buffer, cancel);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown)
        {
            return 0;
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancel)
    {
        var connecting = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (source is not null)
            {
                connecting.Dispose();
                connecting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                connecting.SetRawSocketOption(IpLevel, BindAddressNoPort, [1, 0, 0, 0]);
                connecting.Bind(new IPEndPoint(source, 0));
            }
            await connecting.ConnectAsync(server, cancel);
            return connecting;
        }
        catch
        {
            connecting.Dispose();
            throw;
        }
    }

    private static Answer HeadOf(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || !int.TryParse(head.Slice("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture, out var status))
        {
            throw new IOException("not understood");
        }
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            if (line.Length > LengthHeader.Length && Ascii.EqualsIgnoreCase(line[..LengthHeader.Length], LengthHeader)
                && int.TryParse(line[LengthHeader.Length..].Trim((byte)' '), CultureInfo.InvariantCulture, out var length))
            {
                return new Answer(status, length);
            }
        }
        throw new IOException("an answer without a length");
    }
}
