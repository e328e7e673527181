using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tintype.Bench;

/// <param name="Bytes">Of bodies.</param>
internal sealed record LoadResult(int Requests, long Bytes, TimeSpan Took, double MedianMilliseconds, double P99Milliseconds);

/// <summary>Keep-alive connections that each send the next request when the last was answered: little more than send and receive, to leave the cores to the server.</summary>
internal static class Load
{
    /// <param name="next">Gives the bytes of the next request.</param>
    public static async Task<LoadResult> RunAsync(Uri server, int connections, int requests, Func<byte[]> next)
    {
        var left = requests;
        var bytes = 0L;
        var clock = Stopwatch.StartNew();
        var latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var connection = await Connection.OpenAsync(server);
            var took = new List<double>();
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var start = Stopwatch.GetTimestamp();
                Interlocked.Add(ref bytes, await connection.AskAsync(next()));
                took.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return took;
        })));
        clock.Stop();
        var sorted = latencies.SelectMany(some => some).Order().ToArray();
        return new LoadResult(sorted.Length, bytes, clock.Elapsed, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
    }

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly byte[] buffer = new byte[1 << 17];

        public static async Task<Connection> OpenAsync(Uri server)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(server.Host), server.Port));
            return new Connection(socket);
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
}
