using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// Writes many follows at once, both sides and counts, into an instance that is in use. Pairs that have a row already stay as they
/// are, so an import that broke off is simply run again. (Millions into an empty one: <see cref="Loading.FollowLoad"/>.) No feed is filled and nobody is notified; the directory hears once of
/// everybody who gained followers.
/// </summary>
public sealed class FollowImport(ShardRouter router, OutboxTable outbox, TimeProvider time)
{
    // One text for a full batch, so that it is prepared once; 100 rows of two parameters stay far below every driver's limit.
    private const int Batch = 100;

    // Rows of one transaction: long enough to make its commit cheap, short enough not to hold up other writers.
    private const int Chunk = 2000;

    private static readonly string FollowsOfBatch = Insert("follows", "follower_id, followee_id", Batch);
    private static readonly string FollowsOfOne = Insert("follows", "follower_id, followee_id", 1);
    private static readonly string FollowersOfBatch = Insert("followers", "followee_id, follower_id", Batch);
    private static readonly string FollowersOfOne = Insert("followers", "followee_id, follower_id", 1);

    /// <returns>How many pairs are new.</returns>
    public async Task<long> AddAsync(IReadOnlyCollection<(AccountId Follower, AccountId Followee)> pairs, CancellationToken cancel = default)
    {
        var distinct = pairs.Where(pair => pair.Follower != pair.Followee).Distinct().ToList();
        var added = 0L;
        foreach (var chunk in Chunks(distinct, pair => pair.Follower))
        {
            added += await WriteAsync(chunk.Shard, [.. chunk.Pairs.Select(pair => (pair.Follower, pair.Followee))], FollowsOfBatch, FollowsOfOne,
                (session, person, count) => FollowTable.CountAsync(session, person, following: count), cancel);
        }
        foreach (var chunk in Chunks(distinct, pair => pair.Followee))
        {
            await WriteAsync(chunk.Shard, [.. chunk.Pairs.Select(pair => (pair.Followee, pair.Follower))], FollowersOfBatch, FollowersOfOne,
                (session, person, count) => FollowTable.CountAsync(session, person, followers: count), cancel);
        }
        await AnnounceAsync([.. distinct.Select(pair => pair.Followee).Distinct()], cancel);
        return added;
    }

    private IEnumerable<(Shard Shard, (AccountId Follower, AccountId Followee)[] Pairs)> Chunks(
        IEnumerable<(AccountId Follower, AccountId Followee)> pairs, Func<(AccountId Follower, AccountId Followee), AccountId> side) =>
        pairs.GroupBy(pair => router.Map.PartitionOf(side(pair).In(Cluster.Social)))
            .SelectMany(group => group.OrderBy(side).Chunk(Chunk).Select(chunk => (side(chunk[0]).In(Cluster.Social), chunk)));

    private Task<long> WriteAsync(
        Shard shard, IReadOnlyList<(AccountId Person, AccountId Other)> rows, string batchSql, string oneSql,
        Func<ShardSession, AccountId, long, Task> count, CancellationToken cancel) =>
        router.WriteAsync(shard, async session =>
        {
            var now = time.GetUtcNow();
            var inserted = new Dictionary<AccountId, long>();
            for (var at = 0; at < rows.Count;)
            {
                var size = rows.Count - at >= Batch ? Batch : 1;
                var args = new Dictionary<string, object> { ["now"] = now };
                for (var i = 0; i < size; i++)
                {
                    args[$"p{i}"] = rows[at + i].Person;
                    args[$"o{i}"] = rows[at + i].Other;
                }
                foreach (var person in await session.QueryAsync<AccountId>(size == 1 ? oneSql : batchSql, args))
                {
                    inserted[person] = inserted.GetValueOrDefault(person) + 1;
                }
                at += size;
            }
            foreach (var (person, gained) in inserted.OrderBy(pair => pair.Key))
            {
                await count(session, person, gained);
            }
            return inserted.Values.Sum();
        }, cancel);

    private async Task AnnounceAsync(IReadOnlyList<AccountId> people, CancellationToken cancel)
    {
        foreach (var chunk in people.GroupBy(id => id.Shard).SelectMany(group => group.Chunk(Chunk)))
        {
            await router.WriteAsync(chunk[0].In(Cluster.Social), session =>
                outbox.AddAsync(session, chunk[0].Shard, [.. chunk.Select(id => OutboxMessage.Of(new AccountChanged(id)))]), cancel);
        }
    }

    private static string Insert(string table, string columns, int rows) =>
        $"""
        INSERT INTO ${table} ({columns}, state, version, created_at)
        VALUES {string.Join(", ", Enumerable.Range(0, rows).Select(i => $"(@p{i}, @o{i}, 2, 1, @now)"))}
        ON CONFLICT DO NOTHING RETURNING {columns.Split(',')[0]}
        """;
}
