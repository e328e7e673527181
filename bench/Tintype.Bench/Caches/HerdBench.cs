using Tintype.Storage.Cache;
using Tintype.Storage.Model;

namespace Tintype.Bench.Caches;

/// <summary>
/// Ten thousand want one profile that no process has: all connections stand, then all ask at once, over three processes. How often is it
/// loaded from the database? Without a level that processes share: once in each; with it: once or twice in all.
/// </summary>
internal static class HerdBench
{
    private const int Processes = 3;
    private const int Rounds = 5;

    // A head has a few hundred bytes.
    private const int Buffer = 4096;

    public static async Task<int> RunAsync(int requests)
    {
        var report = new Report("herd");
        report.Say($"{requests:N0} requests at once for one cold profile over {Processes} processes on PostgreSQL, {Rounds} profiles one after the other; {Report.Machine()}");
        var isKept = await RunAsync(report, requests, onRedis: false) & await RunAsync(report, requests, onRedis: true);
        await report.KeepAsync();
        return isKept ? 0 : 1;
    }

    private static async Task<bool> RunAsync(Report report, int requests, bool onRedis)
    {
        await using var net = await CacheNet.StartAsync(Processes, onRedis);
        var people = await net.PeopleAsync("cold", Rounds + 1);
        var connections = new HttpConnection[requests];
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) => connections[i] = await HttpConnection.OpenAsync(net.Urls[i % Processes], Buffer));
        // Compilers and pools of connections are for the first.
        await AskAsync(connections, people[Rounds]);
        report.Say($"{(onRedis ? "with Redis as shared level (to reach: 1 or 2 loads in all)" : "without a shared level (to reach: 1 load in each process)")}");
        var isKept = true;
        for (var round = 0; round < Rounds; round++)
        {
            var before = await net.SampleAsync();
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var failed = await AskAsync(connections, people[round]);
            var took = watch.Elapsed;
            var after = await net.SampleAsync();
            var each = Enumerable.Range(0, Processes).Select(process => after.LoadsOf(CachePolicies.People.Name, process) - before.LoadsOf(CachePolicies.People.Name, process)).ToArray();
            isKept &= failed == 0 && (onRedis ? each.Sum() is 1 or 2 : each.All(loads => loads == 1));
            report.Say($"  profile loaded {string.Join(" + ", each)} times, {after.Statements - before.Statements:N0} database reads for it and its numbers, {failed} of {requests:N0} requests failed{(after.Gaps > before.Gaps ? ", words were missed and what was cached aged to 5 s" : "")}, all answered in {took.TotalMilliseconds:N0} ms");
        }
        Array.ForEach(connections, connection => connection.Dispose());
        return isKept;
    }

    /// <returns>How many were not answered 200.</returns>
    private static async Task<int> AskAsync(HttpConnection[] connections, AccountId person)
    {
        var request = CacheNet.Profile(person);
        return (await Task.WhenAll(connections.Select(async connection =>
        {
            try
            {
                await connection.AskAsync(request);
                return 0;
            }
            catch (Exception error) when (error is InvalidOperationException or System.Net.Sockets.SocketException)
            {
                return 1;
            }
        }))).Sum();
    }
}
