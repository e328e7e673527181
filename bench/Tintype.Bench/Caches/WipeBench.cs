using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
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
    /// <param name="rounds">Wipes, one after the other.</param>
    public static async Task<int> RunAsync(int rate, int rounds = 5)
    {
        var report = new Report("wipe");
        // A megabyte holds about a fifth of them in each process.
        await using var net = await CacheNet.StartAsync(Processes, onRedis: true, ("Caches:Sizes:people", "1"), ("Caches:Sizes:counts", "1"));
        report.Say($"{rate:N0} requests a second for {People:N0} profiles, any as likely, over {Processes} processes with 1 MB for each cache; Redis wiped after {Before} s, {rounds} times; {Report.Machine()}");
        var people = await net.PeopleAsync("seen", People);
        await WarmAsync(net, people);
        var passed = new List<Round>();
        for (var round = 0; round < rounds; round++)
        {
            passed.Add(await PassAsync(net, people, rate));
        }
        return await JudgeAsync(report, passed) ? 0 : 1;
    }

    private static async Task<Round> PassAsync(CacheNet net, AccountId[] people, int rate)
    {
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
        return new Round(seconds, samples);
    }

    private static async Task<bool> JudgeAsync(Report report, List<Round> rounds)
    {
        report.Say($"medians of {rounds.Count} wipes");
        report.Say($"second  answered  failed in all  p99 ms  distinct keys asked  loads of keys  database reads");
        for (var n = 0; n < Before + After; n++)
        {
            report.Say($"{n - Before,6}  {Median(round => round.Seconds[n].Took.Count),8:N0}  {rounds.Sum(round => round.Seconds[n].Failed),13}  {Median(round => round.Seconds[n].P99),6:N1}  {Median(round => round.Seconds[n].Keys),19:N0}  {Median(round => round.Loads(n)),13:N0}  {Median(round => round.Reads(n)),14:N0}");
        }
        var failed = rounds.Sum(round => round.Seconds.Sum(second => second.Failed));
        var worst = rounds.Max(round => round.MostReadsOfAKey);
        var within = Median(round => round.BackWithin);
        report.Say($"failed: {failed} (to reach: 0)");
        report.Say($"database reads for each distinct key asked in the same second, at most: {worst:N2} (to reach: 2; a profile is two keys, itself and its numbers, and three reads)");
        report.Say($"p99 at most in the {Usual} s before each wipe: {Each(round => round.UsualP99)} ms; no more than that again within {Each(round => round.BackWithin)} s: {within} s (to reach: 5)");
        await report.KeepAsync();
        return failed == 0 && worst <= 2 && within <= 5;

        double Median(Func<Round, double> of) => Report.At(0.5, [.. rounds.Select(of).Order()]);

        string Each(Func<Round, double> of) => string.Join(", ", rounds.Select(round => of(round).ToString("0.#", CultureInfo.InvariantCulture)));
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

    /// <summary>One wipe, and the seconds around it.</summary>
    private sealed record Round(Second[] Seconds, List<CacheNetSample> Samples)
    {
        /// <summary>The most of the seconds before: a second's p99 is that of twenty requests, and wanders.</summary>
        public double UsualP99 => Seconds[(Before - Usual)..Before].Max(second => second.P99);

        /// <summary>Seconds after the wipe, counted from 1; infinite if not in this round.</summary>
        public double BackWithin => Array.FindIndex(Seconds, Before, After, second => second.P99 <= UsualP99) is >= 0 and var back ? back - Before + 1 : double.PositiveInfinity;

        public double MostReadsOfAKey => Enumerable.Range(Before - Usual, Usual + After).Max(n => Reads(n) / Math.Max(1, Seconds[n].Keys));

        public double Loads(int second) => Samples[second + 1].AllLoads - Samples[second].AllLoads;

        public double Reads(int second) => Samples[second + 1].Statements - Samples[second].Statements;
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
