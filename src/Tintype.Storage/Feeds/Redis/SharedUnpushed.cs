using System.Buffers.Binary;
using System.Security.Cryptography;
using StackExchange.Redis;
using Tintype.Storage.Cache.Redis;

namespace Tintype.Storage.Feeds.Redis;

/// <summary>
/// The unpushed posts of all big authors on the memory server: one hash with a field for each author (floor, then ids, 8 bytes each), and
/// its generation. All of it is lost or none: a hash that had to be begun anew has another generation, and feeds built beside the old one
/// are no longer used, for they may lack what was in it.
/// </summary>
internal sealed class SharedUnpushed(RedisConnection memory, FeedOptions options)
{
    private const string GenerationField = "generation";

    private RedisKey Key => memory.Prefix + "unpushed";

    /// <summary>All of it. Begins it, if it is not there.</summary>
    public async Task<(long Generation, IReadOnlyList<(AccountId Author, FeedIds Ids)> Lists)> LoadAsync()
    {
        HashEntry[] fields;
        do
        {
            await memory.AskAsync(database => database.HashSetAsync(Key, GenerationField, NewGeneration(), When.NotExists));
            fields = await memory.AskAsync(database => database.HashGetAllAsync(Key));
        }
        while (fields.Length == 0); // Wiped in between.
        var generation = fields.First(field => field.Name == GenerationField).Value;
        return (BinaryPrimitives.ReadInt64BigEndian((byte[])generation!),
            [.. fields.Where(field => field.Name != GenerationField).Select(field => (new AccountId((long)field.Name), Read((byte[])field.Value!)))]);
    }

    /// <summary>The generation now; 0 where there is none.</summary>
    public async Task<long> GenerationAsync() =>
        (byte[]?)await memory.AskAsync(database => database.HashGetAsync(Key, GenerationField)) is { } generation ? BinaryPrimitives.ReadInt64BigEndian(generation) : 0;

    /// <returns>The generation that the post was noted in.</returns>
    public async Task<long> AddAsync(AccountId author, PostId post) => (await ChangeAsync(author, ids => ids.Add(post.Value))).Generation;

    /// <returns>The generation that it is gone from, and whether it was there.</returns>
    public Task<(long Generation, bool WasThere)> RemoveAsync(AccountId author, PostId post) => ChangeAsync(author, ids => ids.Remove(post.Value));

    /// <summary>Reads, changes, and writes if it is still as it was read: few write here, and seldom.</summary>
    private async Task<(long Generation, bool IsChanged)> ChangeAsync(AccountId author, Func<SortedIds, bool> change)
    {
        while (true)
        {
            await memory.AskAsync(database => database.HashSetAsync(Key, GenerationField, NewGeneration(), When.NotExists));
            var fields = await memory.AskAsync(database => database.HashGetAsync(Key, [GenerationField, author.Value]));
            if (fields[0].IsNull)
            {
                continue; // Wiped in between.
            }
            var ids = new SortedIds(options.Length);
            if (!fields[1].IsNull)
            {
                var there = Read((byte[])fields[1]!);
                ids.Replace(there.Rising, there.Floor);
            }
            var generation = BinaryPrimitives.ReadInt64BigEndian((byte[])fields[0]!);
            if (!change(ids))
            {
                return (generation, false);
            }
            var written = await memory.AskAsync(async database => (bool)await database.ScriptEvaluateAsync(
                FeedScripts.ReplaceUnpushed, [Key], [GenerationField, fields[0], author.Value, fields[1].IsNull ? "" : fields[1], Bytes(ids.Snapshot)]));
            if (written)
            {
                return (generation, true);
            }
        }
    }

    private static byte[] NewGeneration() => RandomNumberGenerator.GetBytes(8);

    private static byte[] Bytes(FeedIds ids)
    {
        var rising = ids.Rising;
        var bytes = new byte[8 + 8 * rising.Count];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ids.Floor);
        for (var i = 0; i < rising.Count; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8 + 8 * i), rising[i]);
        }
        return bytes;
    }

    private static FeedIds Read(ReadOnlySpan<byte> bytes)
    {
        var rising = new long[bytes.Length / 8 - 1];
        for (var i = 0; i < rising.Length; i++)
        {
            rising[i] = BinaryPrimitives.ReadInt64BigEndian(bytes[(8 + 8 * i)..]);
        }
        return new FeedIds(rising, BinaryPrimitives.ReadInt64BigEndian(bytes));
    }
}
