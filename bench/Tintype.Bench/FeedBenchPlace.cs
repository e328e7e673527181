using Tintype.Servers;

namespace Tintype.Bench;

/// <summary>Where the network under measurement has its state.</summary>
/// <param name="Database">Of PostgreSQL; empty: SQLite in the folder.</param>
/// <param name="Redis">Empty: feeds in the process.</param>
internal sealed record FeedBenchPlace(string Data, string Database, string Redis)
{
    // What is warm asks no shard; what is built asks each. Few of them let 100,000 people come for the first time within a minute.
    public const int Shards = 4;

    /// <summary>Serving feeds alone: no worker, so that nothing but reading is measured. Limits are counted, and never reached.</summary>
    public void Adjust(Settings settings)
    {
        settings.Data = Data;
        settings.Roles = "feed";
        settings.RateLimits.Requests = 1_000_000;
        settings.PublicUrl = "https://photos.example";
        settings.Storage.Shards = Shards;
        if (Database.Length > 0)
        {
            settings.Storage.AccountsServers = settings.Storage.ContentServers = settings.Storage.SocialServers = [Database];
            settings.Memory.Servers = Redis;
        }
    }

    /// <summary>Makes one, lets it be used, and leaves nothing behind.</summary>
    public static async Task UseAsync(bool cluster, Func<FeedBenchPlace, Task> use)
    {
        var data = Directory.CreateTempSubdirectory("tintype-bench-").FullName;
        try
        {
            if (!cluster)
            {
                await use(new FeedBenchPlace(data, "", ""));
                return;
            }
            await using var postgres = await PostgresServer.StartAsync();
            await using var redis = await RedisServer.StartAsync();
            await use(new FeedBenchPlace(data, await postgres.CreateDatabaseAsync("bench"), redis.Configuration));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
