using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>Which of some posts a viewer likes and keeps.</summary>
public sealed record ViewerFlags(IReadOnlySet<PostId> Liked, IReadOnlySet<PostId> Bookmarked)
{
    public static readonly ViewerFlags None = new(new HashSet<PostId>(), new HashSet<PostId>());
}

/// <summary>Reads a viewer's hearts and bookmarks for a page of posts from the viewer's content shard, in one go.</summary>
public sealed class ViewerFlagTable(ShardRouter router)
{
    private const long Liking = 1, Keeping = 2;

    public Task<ViewerFlags> GetAsync(AccountId viewer, IReadOnlyList<PostId> posts, CancellationToken cancel = default) =>
        router.ReadAsync(viewer.In(Cluster.Content), async session => new ViewerFlags(
            (await session.QueryAsync<PostId>("SELECT post_id FROM $my_likes WHERE account_id = @viewer AND liked = 1 AND post_id IN @posts", new { viewer, posts = posts.Values() })).ToHashSet(),
            (await session.QueryAsync<PostId>("SELECT post_id FROM $bookmarks WHERE account_id = @viewer AND post_id IN @posts", new { viewer, posts = posts.Values() })).ToHashSet()), Freshness.Any, cancel);

    /// <summary>
    /// The newest posts that viewers like, and that they keep: at most <paramref name="most"/> ids of either, oldest post first, in the order of the viewers.
    /// </summary>
    public async Task<(PostId[] Liked, PostId[] Bookmarked)[]> NewestAsync(AccountId[] viewers, int most, CancellationToken cancel = default)
    {
        var rows = (await router.ReadManyAsync(Cluster.Content, viewers, (session, here) => NewestAsync(session, here, most), Freshness.Any, cancel))
            .ToLookup(row => (row.Viewer, row.Kind), row => row.Post);
        return Array.ConvertAll(viewers, viewer => (Rising(rows[(viewer.Value, Liking)]), Rising(rows[(viewer.Value, Keeping)])));
    }

    // Each viewer by themselves, so that no more is read of anybody than is asked for.
    private static async Task<IReadOnlyList<(long Viewer, long Kind, long Post)>> NewestAsync(ShardSession session, IReadOnlyList<AccountId> viewers, int most)
    {
        if (session.Dialect.IsPostgres)
        {
            return await session.QueryAsync<(long, long, long)>(
                $"SELECT mark.* FROM unnest(@here) AS viewer (id) CROSS JOIN LATERAL ({NewestOf("viewer.id")}) AS mark", new { here = viewers.Values(), most });
        }
        var rows = new List<(long, long, long)>();
        foreach (var viewer in viewers)
        {
            rows.AddRange(await session.QueryAsync<(long, long, long)>(NewestOf("@viewer"), new { viewer, most }));
        }
        return rows;
    }

    private static string NewestOf(string viewer) =>
        $"""
        SELECT * FROM (SELECT account_id, CAST({Liking} AS BIGINT), post_id FROM $my_likes WHERE account_id = {viewer} AND liked = 1 ORDER BY post_id DESC LIMIT @most) AS liked
        UNION ALL
        SELECT * FROM (SELECT account_id, CAST({Keeping} AS BIGINT), post_id FROM $bookmarks WHERE account_id = {viewer} ORDER BY post_id DESC LIMIT @most) AS kept
        """;

    private static PostId[] Rising(IEnumerable<long> ids) => [.. ids.Order().Select(id => new PostId(id))];
}
