using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// Ids of authors' photo posts by time: what feeds are pulled from. Reads the index alone (posts_by_author), between two ids, so its cost
/// follows the posts between them and never what the authors posted in their lives.
/// </summary>
public sealed class AuthorTimelineTable(ShardRouter router)
{
    /// <summary>Ids of posts that are not deleted, from <paramref name="from"/> (inclusive) to <paramref name="below"/> (exclusive), newest first.</summary>
    public Task<IReadOnlyList<long>> NewestAsync(IReadOnlyCollection<AccountId> authors, long from, long below, int limit, CancellationToken cancel = default) =>
        BetweenAsync(authors, from, below, limit, newestFirst: true, cancel);

    /// <summary>The same, oldest first.</summary>
    public Task<IReadOnlyList<long>> OldestAsync(IReadOnlyCollection<AccountId> authors, long from, long below, int limit, CancellationToken cancel = default) =>
        BetweenAsync(authors, from, below, limit, newestFirst: false, cancel);

    private async Task<IReadOnlyList<long>> BetweenAsync(
        IReadOnlyCollection<AccountId> authors, long from, long below, int limit, bool newestFirst, CancellationToken cancel)
    {
        var order = $"ORDER BY id {(newestFirst ? "DESC" : "ASC")} LIMIT @limit";
        var posts = $"root_id IS NULL AND state <> {(int)PostState.Deleted} AND id >= @from AND id < @below {order}";
        var found = await router.ReadTogetherAsync<Account, long>(
            Cluster.Content, authors,
            // Each author by themselves: asked for all at once, and planned before it knows for whom, PostgreSQL walks through everybody's posts in their order.
            dialect => dialect.IsPostgres
                ? $"SELECT found.id FROM unnest(@here) AS author (id) CROSS JOIN LATERAL (SELECT id FROM $posts WHERE account_id = author.id AND {posts}) AS found {order}"
                : $"SELECT id FROM $posts WHERE account_id IN @here AND {posts}",
            new Dictionary<string, object> { ["from"] = from, ["below"] = below, ["limit"] = limit }, cancel);
        return [.. (newestFirst ? found.OrderDescending() : found.Order()).Take(limit)];
    }
}
