using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Tintype.Storage.Cache.Redis;

namespace Tintype.Servers;

/// <summary>The memory servers that Tintype runs on: every contract holds on all of them.</summary>
public enum MemoryKind { Redis, Cluster, Sentinel, Garnet }

/// <summary>A memory server, whatever its kind.</summary>
public sealed class MemoryServer(MemoryKind kind, IAsyncDisposable server, ServerProcess process, string configuration, Func<Task> startAgain) : IAsyncDisposable
{
    private static readonly Dictionary<MemoryKind, Lazy<Task<MemoryServer>>> Started =
        Enum.GetValues<MemoryKind>().ToDictionary(kind => kind, kind => new Lazy<Task<MemoryServer>>(() => StartAsync(kind)));

    private static int prefixes;

    public MemoryKind Kind => kind;

    /// <summary>To kill and pause it.</summary>
    public ServerProcess Process => process;

    /// <summary>What Tintype connects with.</summary>
    public string Configuration => configuration;

    /// <summary>The one of its kind in this run, started when first asked for: for specs that leave it alone.</summary>
    public static Task<MemoryServer> SharedAsync(MemoryKind kind) => Started[kind].Value;

    /// <summary>One of one's own: for specs that kill it.</summary>
    public static async Task<MemoryServer> StartAsync(MemoryKind kind)
    {
        switch (kind)
        {
            case MemoryKind.Redis:
                var redis = await RedisServer.StartAsync();
                return new(kind, redis, redis.Process, redis.Configuration, redis.StartAgainAsync);
            case MemoryKind.Cluster:
                var cluster = await RedisCluster.StartAsync();
                return new(kind, cluster, cluster.Process, cluster.Configuration, cluster.StartAgainAsync);
            case MemoryKind.Sentinel:
                var sentinel = await RedisSentinel.StartAsync();
                return new(kind, sentinel, sentinel.Process, sentinel.Configuration, sentinel.StartAgainAsync);
            default:
                var garnet = await GarnetServer.StartAsync();
                return new(kind, garnet, garnet.Process, garnet.Configuration, garnet.StartAgainAsync);
        }
    }

    public Task StartAgainAsync() => startAgain();

    /// <summary>Makes it forget everything while connections stay.</summary>
    public async Task WipeAsync()
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AllowAdmin = true;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        foreach (var node in connection.GetServers())
        {
            await node.FlushAllDatabasesAsync();
        }
    }

    /// <summary>Nobody else's, on a server that several use.</summary>
    public static string OwnPrefix() => $"spec{Interlocked.Increment(ref prefixes)}:";

    /// <summary>The connection that a process would have; ready to be asked.</summary>
    /// <param name="patience">How long an answer may take; what a process allows if nothing is said.</param>
    public async Task<RedisConnection> ConnectAsync(string? prefix = null, TimeSpan? patience = null)
    {
        var patient = patience is { } longest ? $",asyncTimeout={(int)longest.TotalMilliseconds}" : "";
        var connection = new RedisConnection(new RedisOptions(configuration + patient, prefix ?? OwnPrefix()), NullLogger<RedisConnection>.Instance);
        await connection.StartAsync(CancellationToken.None);
        return connection;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>Stops those that the run shared.</summary>
    internal static async Task StopAllAsync()
    {
        foreach (var shared in Started.Values.Where(server => server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
        {
            await (await shared.Value).DisposeAsync();
        }
    }
}
