using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tintype.Bench;

/// <summary>A keep-alive connection that does little more than send and receive.</summary>
/// <param name="bytes">Of the buffer: more than any head has.</param>
internal sealed class HttpConnection(Socket socket, int bytes) : IDisposable
{
    private readonly byte[] buffer = new byte[bytes];

    public static async Task<HttpConnection> OpenAsync(Uri server, int bytes = 1 << 17)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(server.Host), server.Port));
        return new HttpConnection(socket, bytes);
    }

    /// <returns>Bytes of the body; anything but 200 with a length is a failure of the run.</returns>
    public async Task<int> AskAsync(byte[] request)
    {
        await socket.SendAsync(request);
        var have = 0;
        var end = -1;
        while (end < 0)
        {
            have += await ReceiveAsync(buffer.AsMemory(have));
            end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
        }
        var length = Length(buffer.AsSpan(0, end));
        for (var body = have - end - 4; body < length;)
        {
            body += await ReceiveAsync(buffer);
        }
        return length;
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        var got = await socket.ReceiveAsync(into);
        return got > 0 ? got : throw new InvalidOperationException("the server hung up");
    }

    private static int Length(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidOperationException(Encoding.ASCII.GetString(head));
        }
        var at = head.IndexOf("Content-Length: "u8) + "Content-Length: "u8.Length;
        var digits = head[at..];
        return int.Parse(digits[..(digits.IndexOf((byte)'\r') is var cr && cr >= 0 ? cr : digits.Length)], CultureInfo.InvariantCulture);
    }
}
