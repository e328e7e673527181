using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Servers;
using Tintype.Storage.Cache.Redis;
using Tintype.Storage.Feeds;
using Tintype.Storage.Feeds.Redis;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Tintype.Storage.Specs.Feeds;

/// <summary>Where feeds can be: in this process, or on a memory server of some kind.</summary>
public enum FeedsOn { Process, Redis, Cluster, Sentinel, Garnet }

/// <summary>Runs a theory once for each place; for each that processes share, if so asked.</summary>
public sealed class PlacesAttribute(bool shared = false) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<FeedsOn>().Where(place => !shared || place != FeedsOn.Process).Select(place => new TheoryDataRow<FeedsOn>(place))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>Nobody else's feeds in some place, and processes that have them.</summary>
public sealed class FeedPlace : IAsyncDisposable
{
    public const int Length = 40;

    private static readonly FeedOptions Standard =
        new(Length, 10_000, TimeSpan.FromDays(14)) { Heartbeat = TimeSpan.FromMilliseconds(100), ShortTerm = TimeSpan.FromSeconds(1) };

    private readonly List<IAsyncDisposable> opened = [];
    private readonly MemoryServer? server;

    private FeedPlace(MemoryServer? server) => this.server = server;

    public string Prefix { get; } = MemoryServer.OwnPrefix();

    public FeedOptions Options { get; private init; } = Standard;

    public static async Task<FeedPlace> OpenAsync(FeedsOn on) => new(on == FeedsOn.Process ? null : await MemoryServer.SharedAsync(KindOf(on)));

    /// <summary>On a server that is the spec's to kill.</summary>
    public static FeedPlace On(MemoryServer server, TimeSpan? shortTerm = null) =>
        new(server) { Options = Standard with { ShortTerm = shortTerm ?? Standard.ShortTerm } };

    /// <summary>The feed store of one process; with a memory server, one that hears all that happens to feeds.</summary>
    public async Task<IFeedStore> ProcessAsync()
    {
        if (server is null)
        {
            return new LocalFeedStore(Options, TimeProvider.System);
        }
        var store = await UnawareAsync();
        store.TryGet(default, 0, out _);
        await UntilAsync(() => store.HearsAll, "the process hears all");
        return store;
    }

    /// <summary>One that has just started.</summary>
    public async Task<RedisFeedStore> UnawareAsync()
    {
        var connection = await ConnectAsync();
        var store = new RedisFeedStore(connection, Options, TimeProvider.System, NullLogger<RedisFeedStore>.Instance);
        opened.Insert(0, store);
        return store;
    }

    public async Task<RedisConnection> ConnectAsync()
    {
        var connection = await server!.ConnectAsync(Prefix);
        opened.Insert(0, connection);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in opened)
        {
            await one.DisposeAsync();
        }
    }

    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"not within 30 s: {what}");
            await Task.Delay(5);
        }
    }

    private static MemoryKind KindOf(FeedsOn on) => Enum.Parse<MemoryKind>($"{on}");
}

internal static class FeedStoreWords
{
    public static Task<FeedIds> BuiltAsync(this IFeedStore store, AccountId owner, ulong fingerprint, params IReadOnlyList<long> ids) =>
        store.BuildAsync(owner, fingerprint, most => Task.FromResult<IReadOnlyList<long>>([.. ids.OrderDescending().Take(most)]));

    public static Task<FeedIds> FetchedAsync(this IFeedStore store, AccountId owner, ulong fingerprint) =>
        store.BuildAsync(owner, fingerprint, _ => throw new InvalidOperationException("the feed should be there"));

    public static IEnumerable<long> Read(this IFeedStore store, AccountId owner, ulong fingerprint)
    {
        Assert.True(store.TryGet(owner, fingerprint, out var ids), "the feed is here");
        return ids.Rising;
    }
}
