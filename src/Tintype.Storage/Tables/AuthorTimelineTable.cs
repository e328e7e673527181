using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// Ids of authors' photo posts by time: what feeds are pulled from. Reads the index alone (posts_by_author), between two ids, so its cost
/// follows the posts between them and never what the authors posted in their lives.
/// </summary>
public sealed class AuthorTimelineTable(ShardRouter router)
{
    // As many parameters as one statement takes on both databases with room to spare.
    private const int AuthorsPerQuery = 1000;

    /// <summary>Ids of posts that are not deleted, from <paramref name="from"/> (inclusive) to <paramref name="below"/> (exclusive), newest first.</summary>
    public Task<IReadOnlyList<long>> NewestAsync(IReadOnlyCollection<AccountId> authors, long from, long below, int limit, CancellationToken cancel = default) =>
        BetweenAsync(authors, from, below, limit, newestFirst: true, cancel);

    /// <summary>The same, oldest first.</summary>
    public Task<IReadOnlyList<long>> OldestAsync(IReadOnlyCollection<AccountId> authors, long from, long below, int limit, CancellationToken cancel = default) =>
        BetweenAsync(authors, from, below, limit, newestFirst: false, cancel);

    private async Task<IReadOnlyList<long>> BetweenAsync(
        IReadOnlyCollection<AccountId> authors, long from, long below, int limit, bool newestFirst, CancellationToken cancel)
    {
        var found = await router.ReadManyAsync<Account, long>(Cluster.Content, authors, async (session, here) =>
        {
            var ids = new List<long>();
            foreach (var some in here.Values().Chunk(AuthorsPerQuery))
            {
                ids.AddRange(await session.QueryAsync<long>(
                    $"""
                    SELECT id FROM $posts WHERE account_id IN @some AND root_id IS NULL AND state <> {(int)PostState.Deleted} AND id >= @from AND id < @below
                    ORDER BY id {(newestFirst ? "DESC" : "ASC")} LIMIT @limit
                    """, new { some, from, below, limit }));
            }
            return ids;
        }, cancel: cancel);
        return [.. (newestFirst ? found.OrderDescending() : found.Order()).Take(limit)];
    }
}
