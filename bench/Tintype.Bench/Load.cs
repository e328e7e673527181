using System.Diagnostics;

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
            using var connection = await HttpConnection.OpenAsync(server);
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
}
