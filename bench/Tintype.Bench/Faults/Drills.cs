using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Tintype.Servers;

namespace Tintype.Bench.Faults;

/// <summary>Something that happens to a cluster under load.</summary>
/// <param name="Act">The fault, how long it lasts, and what an operator does about it; with its end the mending is over. May tell something.</param>
/// <param name="PutRight">Afterwards, when the load has ended: as it was before.</param>
internal sealed record Drill(string Name, string What, Func<RunningCluster, Task<string?>> Act, Func<RunningCluster, Task>? PutRight = null);

internal static class Drills
{
    private static readonly string[] AppSets = ["accounts", "upload", "worker", "feed", "profile", "interactions", "friends", "media", "web"];
    private static readonly string[] Redis = ["redis-1", "redis-2", "redis-3"];

    public static IReadOnlyList<Drill> All { get; } =
    [
        new("control", "nothing", async _ =>
        {
            await Seconds(20);
            return null;
        }),
        new("leader", "kill -9 a PostgreSQL leader, promote its follower", LoseLeaderAsync, async cluster => await cluster.ControlAsync("rejoin", Partner(await cluster.LeaderAsync(1)))),
        new("instances", "kill -9 an instance of each of the nine app sets, start them again after 10 s", LoseInstancesAsync),
        new("redis", "kill -9 the whole Redis Cluster, start it empty after 5 s", LoseRedisAsync),
        new("objects", "kill -9 the S3 server, start it again after 30 s", async cluster =>
        {
            await cluster.ControlAsync("kill", "s3");
            await Seconds(30);
            await cluster.ControlAsync("start", "s3");
            return null;
        }),
        new("follower", "SIGSTOP a synchronous follower for 60 s; its leader is told to go on alone after 5 s", PauseFollowerAsync),
        new("network", "an instance of the feed loses all its packets for 30 s", cluster => CutAsync(cluster, "feed-1")),
        new("network-writes", "the same for one that takes likes and comments", cluster => CutAsync(cluster, "interactions-1")),
        new("move", "a content shard moves to the other PostgreSQL server", MoveShardAsync),
        new("third", "a third instance of the feed comes into the gateways' pool", AddInstanceAsync, cluster => cluster.ControlAsync("remove", "feed-3")),
    ];

    private static async Task<string?> LoseLeaderAsync(RunningCluster cluster)
    {
        var leader = await cluster.LeaderAsync(1);
        await cluster.ControlAsync("kill", leader);
        await cluster.ControlAsync("promote", Partner(leader));
        return null;
    }

    private static async Task<string?> LoseInstancesAsync(RunningCluster cluster)
    {
        await Task.WhenAll(AppSets.Select(role => cluster.ControlAsync("kill", $"{role}-1")));
        await Seconds(10);
        foreach (var role in AppSets)
        {
            await cluster.ControlAsync("start", $"{role}-1");
        }
        return null;
    }

    private static async Task<string?> LoseRedisAsync(RunningCluster cluster)
    {
        await Task.WhenAll(Redis.Select(name => cluster.ControlAsync("kill", name)));
        await Seconds(5);
        await Task.WhenAll(Redis.Select(name => cluster.ControlAsync("start", name)));
        return null;
    }

    private static async Task<string?> CutAsync(RunningCluster cluster, string instance)
    {
        await cluster.ControlAsync("cut", instance);
        await Seconds(30);
        await cluster.ControlAsync("mend", instance);
        return null;
    }

    private static async Task<string?> PauseFollowerAsync(RunningCluster cluster)
    {
        var leader = await cluster.LeaderAsync(2);
        await cluster.ControlAsync("pause", Partner(leader));
        await Seconds(5);
        await cluster.ControlAsync("alone", leader);
        await Seconds(55);
        await cluster.ControlAsync("resume", Partner(leader));
        await Seconds(5);
        await cluster.ControlAsync("together", leader);
        return null;
    }

    // The rows that were left stay for a comparison. While the load goes on the new place may only know more.
    private static async Task<string?> MoveShardAsync(RunningCluster cluster)
    {
        var (schema, from, to, said) = await MoveFullestAsync(cluster, "content");
        var (left, lost) = (0L, 0L);
        foreach (var (table, key) in new[] { ("posts", "id"), ("media", "id"), ("likes", "(post_id, account_id)"), ("my_likes", "(post_id, account_id)") })
        {
            var (before, now) = (await KeysAsync(cluster, from, $"{schema}_left.{table}", key), await KeysAsync(cluster, to, $"{schema}.{table}", key));
            left += before.Count;
            lost += before.Except(now).Count();
        }
        return $"{said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]}; of {left} rows left behind {lost} are not in the new place";
    }

    /// <summary>Moves the shard with the most rows to the other server; what it left stays there.</summary>
    public static async Task<(string Schema, string From, string To, string Said)> MoveFullestAsync(RunningCluster cluster, string which)
    {
        using var status = JsonDocument.Parse(await cluster.TintypeAsync("shards", "status", "--json"));
        var (schema, from) = status.RootElement.GetProperty("shards").EnumerateArray()
            .Select(shard => (Schema: shard.GetProperty("schema").GetString()!, Server: shard.GetProperty("server").GetString()!, Rows: shard.GetProperty("rows").GetInt64()))
            .Where(shard => shard.Schema.StartsWith(which + "_", StringComparison.Ordinal)).OrderByDescending(shard => shard.Rows).Select(shard => (shard.Schema, shard.Server)).First();
        var to = from == "postgres1" ? "postgres2" : "postgres1";
        return (schema, from, to, await cluster.TintypeAsync("shards", "move", schema.Replace('_', '/'), "--to", to, "--keep"));
    }

    private static async Task<HashSet<string>> KeysAsync(RunningCluster cluster, string server, string table, string key)
    {
        await using var source = new NpgsqlDataSourceBuilder(cluster.Settings[$"Tintype__Storage__Servers__{server}"]).BuildMultiHost();
        await using var connection = await source.OpenConnectionAsync(TargetSessionAttributes.Primary);
        await using var command = new NpgsqlCommand($"SELECT {key}::text FROM {table}", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new HashSet<string>();
        while (await reader.ReadAsync())
        {
            keys.Add(reader.GetString(0));
        }
        return keys;
    }

    private static async Task<string?> AddInstanceAsync(RunningCluster cluster)
    {
        var two = await CpuAsync(cluster, "feed-1", "feed-2");
        await cluster.ControlAsync("add", "feed-3");
        await Seconds(30); // Until it is compiled and knows its readers.
        var three = await CpuAsync(cluster, "feed-1", "feed-2", "feed-3");
        return string.Create(CultureInfo.InvariantCulture, $"CPU of each feed instance with two: {Text(two)}; with three: {Text(three)} percent of a core");
    }

    private static string Text(IEnumerable<double> shares) => string.Join(" and ", shares.Select(share => share.ToString("0.0", CultureInfo.InvariantCulture)));

    private static async Task<double[]> CpuAsync(RunningCluster cluster, params string[] names)
    {
        var ids = await cluster.ProcessesAsync();
        using var clock = new CpuClock([.. names.Select(name => ids[name]!.Value)]);
        await Seconds(20);
        return clock.Shares();
    }

    private static string Partner(string server) => server.EndsWith('b') ? server[..^1] : server + "b";

    private static Task Seconds(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds));

    /// <summary>How much of a core processes took since it was made.</summary>
    private sealed class CpuClock(int[] ids) : IDisposable
    {
        private readonly (Process Process, TimeSpan Before)[] processes = [.. ids.Select(Process.GetProcessById).Select(process => (process, process.TotalProcessorTime))];
        private readonly long started = Stopwatch.GetTimestamp();

        public double[] Shares()
        {
            var took = Stopwatch.GetElapsedTime(started);
            return [.. processes.Select(one =>
            {
                one.Process.Refresh();
                return (one.Process.TotalProcessorTime - one.Before) / took * 100;
            })];
        }

        public void Dispose() => Array.ForEach(processes, one => one.Process.Dispose());
    }
}
