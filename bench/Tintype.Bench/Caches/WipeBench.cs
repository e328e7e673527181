using System.Collections.Concurrent;
using System.Diagnostics;
using Tintype.Storage.Model;

namespace Tintype.Bench.Caches;

/// <summary>
/// The memory server that all processes share is wiped (FLUSHALL) while people look at profiles at a fixed rate, whether answers come or not.
/// Caches in the processes are made so small that the shared level holds up the databases: what then comes through to them, how many
/// requests fail, and when is everything as before?
/// </summary>
internal static class WipeBench
{
    private const int Processes = 2;
    private const int People = 5_000;
    private const int Connections = 128;
    private const int Before = 10;
    private const int Usual = 5;
    private const int After = 15;
    private const int Buffer = 8192;

    /// <param name="rate">Requests a second.</param>
    public static async Task<int> RunAsync(int rate)
    {
        var report = new Report("wipe");
        // A megabyte holds about a fifth of them in each process.
        await using var net = await CacheNet.StartAsync(Processes, onRedis: true, ("Caches:Sizes:people", "1"), ("Caches:Sizes:counts", "1"));
        report.Say($"{rate:N0} requests a second for {People:N0} profiles, any as likely, over {Processes} processes with 1 MB for each cache; Redis wiped after {Before} s; {Report.Machine()}");
        var people = await net.PeopleAsync("seen", People);
        await WarmAsync(net, people);

        var seconds = Enumerable.Range(0, Before + After + 1).Select(_ => new Second()).ToArray();
        var samples = new List<CacheNetSample>();
        var running = LoadAsync(net, people, rate, seconds);
        var clock = Stopwatch.StartNew();
        for (var second = 0; second <= Before + After; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(second) - clock.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero);
            samples.Add(await net.SampleAsync());
            if (second == Before)
            {
                await net.Redis!.WipeAsync();
            }
        }
        await running;
        return await JudgeAsync(report, seconds, samples) ? 0 : 1;
    }

    private static async Task<bool> JudgeAsync(Report report, Second[] seconds, List<CacheNetSample> samples)
    {
        // The first seconds wait for compilers.
        var usual = seconds[(Before - Usual)..Before].Max(second => second.P99);
        report.Say($"second  answered  failed  p99 ms  distinct keys asked  loads of keys  database reads");
        var worst = 0.0;
        for (var n = 0; n < Before + After; n++)
        {
            var (second, reads) = (seconds[n], samples[n + 1].Statements - samples[n].Statements);
            worst = Math.Max(worst, n < Before - Usual ? 0 : reads / Math.Max(1, second.Keys));
            report.Say($"{n - Before,6}  {second.Took.Count,8:N0}  {second.Failed,6}  {second.P99,6:N0}  {second.Keys,19:N0}  {samples[n + 1].AllLoads - samples[n].AllLoads,13:N0}  {reads,14:N0}");
        }
        var back = Array.FindIndex(seconds, Before, After, second => second.P99 <= usual);
        var failed = seconds.Sum(second => second.Failed);
        var within = back < 0 ? double.PositiveInfinity : back - Before + 1;
        report.Say($"failed: {failed} (to reach: 0)");
        report.Say($"database reads for each distinct key asked in the same second, at most: {worst:N2} (to reach: 2; a profile is two keys, itself and its numbers, and three reads)");
        report.Say($"p99 is what it was at most in the {Usual} s before ({usual:N0} ms) within {within} s (to reach: 5)");
        await report.KeepAsync();
        return failed == 0 && worst <= 2 && within <= 5;
    }

    private static async Task WarmAsync(CacheNet net, AccountId[] people)
    {
        var left = people.Length * 2;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(async () =>
        {
            using var connection = await HttpConnection.OpenAsync(net.Urls[n % Processes], Buffer);
            for (int next; (next = Interlocked.Decrement(ref left)) >= 0;)
            {
                await connection.AskAsync(CacheNet.Profile(people[next % people.Length]));
            }
        })));
    }

    /// <summary>Each request has its moment; one that is sent late because all connections wait is counted from that moment.</summary>
    private static Task LoadAsync(CacheNet net, AccountId[] people, int rate, Second[] seconds)
    {
        var (clock, total, next) = (Stopwatch.StartNew(), rate * (Before + After), -1);
        return Task.WhenAll(Enumerable.Range(0, Connections).Select(n => Task.Run(async () =>
        {
            var connection = await HttpConnection.OpenAsync(net.Urls[n % Processes], Buffer);
            for (int number; (number = Interlocked.Increment(ref next)) < total;)
            {
                var due = TimeSpan.FromSeconds((double)number / rate);
                if (due - clock.Elapsed is { Ticks: > 0 } early)
                {
                    await Task.Delay(early);
                    due = clock.Elapsed; // Timers are a millisecond or two late.
                }
                var (second, person) = (seconds[number / rate], Random.Shared.Next(people.Length));
                second.Asked[person] = true;
                try
                {
                    await connection.AskAsync(CacheNet.Profile(people[person]));
                    second.Took.Add((clock.Elapsed - due).TotalMilliseconds);
                }
                catch (Exception error) when (error is InvalidOperationException or System.Net.Sockets.SocketException)
                {
                    Interlocked.Increment(ref second.Failed);
                    connection.Dispose();
                    connection = await HttpConnection.OpenAsync(net.Urls[n % Processes], Buffer);
                }
            }
            connection.Dispose();
        })));
    }

    /// <summary>What was asked in one second.</summary>
    private sealed class Second
    {
        private double? p99;

        public int Failed;

        public ConcurrentBag<double> Took { get; } = [];
        public ConcurrentDictionary<int, bool> Asked { get; } = new();

        /// <summary>Of caches: a profile and its numbers.</summary>
        public int Keys => Asked.Count * 2;

        public double P99 => p99 ??= Report.At(0.99, [.. Took.Order()]);
    }
}
