using System.Reflection;
using Tintype.Servers;
using Tintype.Storage.Cache.Memcached;
using Tintype.Storage.Cache.Redis;
using Tintype.Storage.Cache.Levels;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Tintype.Storage.Specs.Cache.StopsLevelServers))]

namespace Tintype.Storage.Specs.Cache;

/// <summary>What the shared cache level runs on.</summary>
public enum LevelKind { Memcached, Redis, Cluster, Sentinel, Garnet }

/// <summary>Runs a theory once on each, or on some.</summary>
public sealed class LevelsAttribute(params LevelKind[] kinds) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. (kinds.Length > 0 ? kinds : Enum.GetValues<LevelKind>()).Select(kind => new TheoryDataRow<LevelKind>(kind))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>A memory server, and what a process has of it.</summary>
public sealed class LevelServer(IAsyncDisposable server, ServerProcess process, Func<Task> startAgain, ISharedCache cache, IAsyncDisposable connection) : IAsyncDisposable
{
    private static readonly Dictionary<LevelKind, Lazy<Task<LevelServer>>> Started =
        Enum.GetValues<LevelKind>().ToDictionary(kind => kind, kind => new Lazy<Task<LevelServer>>(() => StartAsync(kind, Endless)));

    public ISharedCache Cache => cache;

    public ISharedCounters Counters => (ISharedCounters)cache;

    /// <summary>To kill and pause it.</summary>
    public ServerProcess Process => process;

    /// <summary>Stops those that the run shared.</summary>
    internal static async Task StopAllAsync()
    {
        foreach (var shared in Started.Values.Where(server => server.IsValueCreated))
        {
            await (await shared.Value).DisposeAsync();
        }
    }

    /// <summary>The one of its kind in this run: for specs that leave it alone.</summary>
    public static Task<LevelServer> SharedAsync(LevelKind kind) => Started[kind].Value;

    /// <summary>Of specs that are not about waiting: this machine is busy with other specs.</summary>
    public static readonly TimeSpan Endless = TimeSpan.FromSeconds(30);

    /// <summary>One of one's own.</summary>
    /// <param name="patience">How long a call may take; half a second if nothing is said.</param>
    public static async Task<LevelServer> StartAsync(LevelKind kind, TimeSpan? patience = null)
    {
        var timeout = patience ?? TimeSpan.FromMilliseconds(500);
        if (kind == LevelKind.Memcached)
        {
            var memcached = await MemcachedServer.StartAsync();
            var client = new MemcachedCache([memcached.Address], "spec:", timeout, TimeProvider.System);
            return new(memcached, memcached.Process, memcached.StartAgainAsync, client, client);
        }
        var server = await MemoryServer.StartAsync(Enum.Parse<MemoryKind>(kind.ToString()));
        var redis = await server.ConnectAsync(patience: patience);
        var cache = new RedisSharedCache(redis, timeout, TimeProvider.System);
        // A server that has just started takes its time for what it does the first time.
        await Eventually.HoldsAsync(async () =>
        {
            var there = (await cache.ReadOrLeaseAsync(["warm"], [1], TimeSpan.FromMinutes(1)))[0];
            return await cache.ReplaceAsync("warm", there, [2], TimeSpan.FromSeconds(1)) && await cache.CountAsync("count", 1, TimeSpan.FromMinutes(1)) > 0;
        }, "it is warm");
        return new(server, server.Process, server.StartAgainAsync, cache, redis);
    }

    public Task StartAgainAsync() => startAgain();

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await server.DisposeAsync();
    }
}

/// <summary>After the last spec of the run.</summary>
public sealed class StopsLevelServers : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await LevelServer.StopAllAsync();
}
