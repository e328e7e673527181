using System.Buffers.Binary;
using System.Security.Cryptography;
using StackExchange.Redis;
using Tintype.Storage.Cache.Redis;

namespace Tintype.Storage.Feeds.Redis;

/// <summary>A feed as it stands on the server.</summary>
internal sealed record SharedFeed(ulong Fingerprint, long Floor, long Generation, bool IsBuilding, IReadOnlyList<long> Ids);

/// <summary>The feeds on the memory server: 8 bytes an id and a sixteenth of room, in partitions that a cluster spreads over its nodes.</summary>
internal sealed class SharedFeeds(RedisConnection memory, FeedOptions options)
{
    // More than any cluster has nodes, and few enough that a thousand followers make batches of sixteen.
    private const int Partitions = 64;

    // Where feeds of several partitions may go together: enough that the call costs little beside them, and others wait a fraction of a millisecond.
    private const int FeedsOfACall = 128;

    /// <summary>A builder that needs longer has died.</summary>
    private static readonly TimeSpan LongestBuild = TimeSpan.FromSeconds(60);

    // A sixteenth more than is asked for: some ids may stand twice, or be gone. 864 slots and the header just fit the 7 KB that Redis' allocator gives.
    private int MostSlots => (options.Length + options.Length / 16 + 15) / 16 * 16;

    public async Task<SharedFeed?> FindAsync(AccountId owner)
    {
        var both = await memory.AskAsync(database => database.StringGetAsync(KeysOf(owner)));
        return (byte[]?)both[0] is { Length: >= FeedScripts.HeaderBytes } feed && (byte[]?)both[1] is { } arrivals ? Read(feed, arrivals) : null;
    }

    /// <summary>Makes a place for what is pushed while the feed is being built.</summary>
    /// <param name="isMissing">Whether there was nothing: then the first of several builders gets it.</param>
    /// <returns>The token to finish with; null when somebody else was first.</returns>
    public async Task<long?> BeginAsync(AccountId owner, ulong fingerprint, bool isMissing)
    {
        var token = BinaryPrimitives.ReadInt64BigEndian(RandomNumberGenerator.GetBytes(8));
        var bytes = new byte[FeedScripts.HeaderBytes];
        Head(bytes, fingerprint, 0, token);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(28), FeedScripts.IsBuilding);
        var begun = await memory.AskAsync(database => database.ScriptEvaluateAsync(
            FeedScripts.Begin, KeysOf(owner), [bytes, (long)LongestBuild.TotalSeconds, isMissing ? 1 : 0]));
        return (long)begun == 1 ? token : null;
    }

    /// <returns>Whether it is there now: false when it was dropped meanwhile, or another builder began.</returns>
    public async Task<bool> FinishAsync(AccountId owner, ulong fingerprint, long token, MadeFeed made, long generation)
    {
        var builder = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(builder, fingerprint);
        BinaryPrimitives.WriteInt64BigEndian(builder.AsSpan(8), token);
        var head = new byte[24];
        Head(head, fingerprint, made.Floor, generation);
        var ids = new byte[8 * made.Ids.Count];
        var at = 0;
        foreach (var id in made.Ids.Order())
        {
            BinaryPrimitives.WriteInt64BigEndian(ids.AsSpan(at), id);
            at += 8;
        }
        var kept = await memory.AskAsync(database => database.ScriptEvaluateAsync(
            FeedScripts.Finish, KeysOf(owner), [builder, head, ids, (long)options.ActiveFor.TotalSeconds]));
        return (long)kept == 1;
    }

    public Task PushAsync(PostId post, IReadOnlyList<AccountId> owners) =>
        RunAsync(FeedScripts.Push, owners, some => some.Select(ArrivalsOf), [Bytes(post), FeedScripts.SettledBytes, MostSlots]);

    public Task RemoveAsync(PostId post, IReadOnlyList<AccountId> owners) => RunAsync(FeedScripts.Remove, owners, some => some.SelectMany(KeysOf), [Bytes(post)]);

    public Task DropAsync(IReadOnlyList<AccountId> owners) =>
        memory.AskAsync(database => Task.WhenAll(owners.Select(owner => database.KeyDeleteAsync(KeysOf(owner)))));

    /// <summary>Lets it live as long as feeds do, from now on.</summary>
    public Task KeepAsync(AccountId owner) =>
        memory.AskAsync(database => Task.WhenAll(KeysOf(owner).Select(key => database.KeyExpireAsync(key, options.ActiveFor))));

    /// <summary>Both keys of a feed: its settled ids, and its arrivals.</summary>
    internal RedisKey[] KeysOf(AccountId owner) => [KeyOf(owner), ArrivalsOf(owner)];

    private string KeyOf(AccountId owner) => $"{memory.Prefix}home{{{PartitionOf(owner)}}}{owner.Value}";

    private RedisKey ArrivalsOf(AccountId owner) => KeyOf(owner) + "+";

    /// <summary>One call for each partition of a cluster, or for many feeds of a server that has all; all on their way at once.</summary>
    private Task RunAsync(string script, IReadOnlyList<AccountId> owners, Func<IEnumerable<AccountId>, IEnumerable<RedisKey>> keys, RedisValue[] values) =>
        memory.AskAsync(database => Task.WhenAll(Batches(owners, HasAll(database)).Select(
            batch => database.ScriptEvaluateAsync(script, [.. keys(batch)], values))));

    private static IEnumerable<IEnumerable<AccountId>> Batches(IReadOnlyList<AccountId> owners, bool together) =>
        together ? owners.Chunk(FeedsOfACall) : owners.GroupBy(PartitionOf);

    private static bool HasAll(IDatabase database) => !database.Multiplexer.GetServers().Any(server => server.ServerType == ServerType.Cluster);

    /// <summary>Ids of one moment differ in their last bits: multiplied, in their first.</summary>
    private static int PartitionOf(AccountId owner) => (int)(((ulong)owner.Value * 0x9E37_79B9_7F4A_7C15 >> 32) % Partitions);

    private static byte[] Bytes(PostId post)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, post.Value);
        return bytes;
    }

    private static void Head(Span<byte> bytes, ulong fingerprint, long floor, long generation)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, fingerprint);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], floor);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], generation);
    }

    private static SharedFeed Read(ReadOnlySpan<byte> feed, ReadOnlySpan<byte> arrivals)
    {
        var ids = new List<long>((feed.Length + arrivals.Length) / 8);
        ReadIds(feed[FeedScripts.HeaderBytes..], ids);
        ReadIds(arrivals, ids);
        return new SharedFeed(
            BinaryPrimitives.ReadUInt64BigEndian(feed), BinaryPrimitives.ReadInt64BigEndian(feed[8..]), BinaryPrimitives.ReadInt64BigEndian(feed[16..]),
            (BinaryPrimitives.ReadUInt32BigEndian(feed[28..]) & FeedScripts.IsBuilding) != 0, ids);
    }

    private static void ReadIds(ReadOnlySpan<byte> bytes, List<long> ids)
    {
        for (var at = 0; at + 8 <= bytes.Length; at += 8)
        {
            if (BinaryPrimitives.ReadInt64BigEndian(bytes[at..]) is var id and > 0)
            {
                ids.Add(id);
            }
        }
    }
}
