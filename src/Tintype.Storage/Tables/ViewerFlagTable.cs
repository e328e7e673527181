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
    public Task<ViewerFlags> GetAsync(AccountId viewer, IReadOnlyList<PostId> posts, CancellationToken cancel = default) =>
        router.ReadAsync(viewer.In(Cluster.Content), async session => new ViewerFlags(
            (await session.QueryAsync<PostId>("SELECT post_id FROM $my_likes WHERE account_id = @viewer AND liked = 1 AND post_id IN @posts", new { viewer, posts = posts.Values() })).ToHashSet(),
            (await session.QueryAsync<PostId>("SELECT post_id FROM $bookmarks WHERE account_id = @viewer AND post_id IN @posts", new { viewer, posts = posts.Values() })).ToHashSet()), Freshness.Any, cancel);

    /// <summary>The newest posts a viewer likes, and keeps: at most <paramref name="most"/> ids each, newest post first.</summary>
    public Task<(IReadOnlyList<PostId> Liked, IReadOnlyList<PostId> Bookmarked)> NewestAsync(AccountId viewer, int most, CancellationToken cancel = default) =>
        router.ReadAsync(viewer.In(Cluster.Content), async session => (
            await session.QueryAsync<PostId>("SELECT post_id FROM $my_likes WHERE account_id = @viewer AND liked = 1 ORDER BY post_id DESC LIMIT @most", new { viewer, most }),
            await session.QueryAsync<PostId>("SELECT post_id FROM $bookmarks WHERE account_id = @viewer ORDER BY post_id DESC LIMIT @most", new { viewer, most })), Freshness.Any, cancel);
}
