using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// Likes stand twice: the truth beside the liker (my_likes), so that hearts on a page cost one query; a copy beside the post (likes),
/// with the count. A change is written to the truth, and carried to the copy right away and once more by the outbox: whichever copy
/// comes late has the lower version and does nothing, so the count is exact in any order.
/// </summary>
public sealed class LikeTable(ShardRouter router, OutboxTable outbox, ViewerFlagChanges changes)
{
    private const string NextVersion = "CASE WHEN @version > mine.version THEN @version ELSE mine.version + 1 END";

    /// <summary>Writes the truth.</summary>
    /// <returns>What is now true, to be carried to the copy; null when it was so already.</returns>
    public Task<Like?> SetAsync(AccountId account, PostId post, bool liked, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Content), async session =>
        {
            var changed = await session.FirstOrDefaultAsync<Like>(
                liked
                    ? $"""
                      INSERT INTO $my_likes AS mine (account_id, post_id, version, liked) VALUES (@account, @post, @version, 1)
                      ON CONFLICT (account_id, post_id) DO UPDATE SET liked = 1, version = {NextVersion} WHERE mine.liked = 0
                      RETURNING account_id, post_id, version, liked
                      """
                    : $"""
                      UPDATE $my_likes AS mine SET liked = 0, version = {NextVersion} WHERE account_id = @account AND post_id = @post AND liked = 1
                      RETURNING account_id, post_id, version, liked
                      """,
                new { account, post, version = router.Ids.Next<Like>(account.Shard).Value });
            if (changed is not null)
            {
                session.AfterCommit(() => changes.Raise(account));
                await outbox.AddAsync(session, account.Shard, OutboxMessage.Of(new LikeChanged(account, post)));
            }
            return changed;
        }, cancel);

    /// <summary>The truth about a pair; null when the person never liked it.</summary>
    public async Task<Like?> FindAsync(AccountId account, PostId post, CancellationToken cancel = default) =>
        await router.ReadAsync(account.In(Cluster.Content), session => session.FirstOrDefaultAsync<Like>(
            "SELECT account_id, post_id, version, liked FROM $my_likes WHERE account_id = @account AND post_id = @post", new { account, post }), cancel: cancel);

    /// <summary>Carries a truth to the copy beside the post, with the count, and the news for the post's author.</summary>
    /// <returns>False when the copy was as new already.</returns>
    public Task<bool> CarryAsync(Like like, CancellationToken cancel = default) =>
        router.WriteAsync(like.PostId.In(Cluster.Content), async session =>
        {
            var args = new { like.PostId, like.AccountId, like.Version, liked = like.Liked ? 1L : 0L, change = like.Liked ? 1L : -1L };
            await session.ExecuteAsync(
                "INSERT INTO $likes (post_id, account_id, version, liked) VALUES (@PostId, @AccountId, 0, 0) ON CONFLICT (post_id, account_id) DO NOTHING", args);
            const string pair = "WHERE post_id = @PostId AND account_id = @AccountId AND version < @Version";
            if (await session.ExecuteAsync($"UPDATE $likes SET version = @Version, liked = @liked {pair} AND liked <> @liked", args) == 0)
            {
                return await session.ExecuteAsync($"UPDATE $likes SET version = @Version {pair}", args) == 1;
            }
            var author = await session.FirstOrDefaultAsync<AccountId?>(
                "UPDATE $posts SET likes = likes + @change WHERE id = @PostId RETURNING account_id", args);
            if (like.Liked && author is { } told && told != like.AccountId)
            {
                await outbox.AddAsync(session, like.PostId.Shard, OutboxMessage.Of(new NotificationDue(told, NotificationKind.Like, like.AccountId, like.PostId)));
            }
            return true;
        }, cancel);

    /// <summary>Who likes a post, last first. Positions are versions.</summary>
    public Task<RowPage<Like>> OfPostAsync(PostId post, IdRange range, CancellationToken cancel = default) =>
        router.ReadAsync(post.In(Cluster.Content), async session => range.PageOf(await session.QueryAsync<Like>(
            $"""
            SELECT post_id, account_id, version, liked FROM $likes
            WHERE post_id = @post AND liked = 1 AND version < @Below AND version > @Above ORDER BY version {range.Direction} LIMIT @Take
            """, new { post, range.Below, range.Above, range.Take })), Freshness.Any, cancel);

    /// <summary>What a person likes, last first. Positions are versions.</summary>
    public Task<RowPage<Like>> OfPersonAsync(AccountId account, IdRange range, CancellationToken cancel = default) =>
        router.ReadAsync(account.In(Cluster.Content), async session => range.PageOf(await session.QueryAsync<Like>(
            $"""
            SELECT account_id, post_id, version, liked FROM $my_likes
            WHERE account_id = @account AND liked = 1 AND version < @Below AND version > @Above ORDER BY version {range.Direction} LIMIT @Take
            """, new { account, range.Below, range.Above, range.Take })), Freshness.Any, cancel);

    /// <summary>Removes what is left of a purged person's likes, each taken back before.</summary>
    public Task ForgetAsync(AccountId account, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Content), session => session.ExecuteAsync("DELETE FROM $my_likes WHERE account_id = @account", new { account }), cancel);

    /// <summary>Who of <paramref name="people"/> likes which of <paramref name="posts"/>: one name for each post that has one.</summary>
    public async Task<IReadOnlyDictionary<PostId, AccountId>> FirstAmongAsync(
        IReadOnlyCollection<PostId> posts, IReadOnlyList<AccountId> people, CancellationToken cancel = default)
    {
        if (people.Count == 0 || posts.Count == 0)
        {
            return new Dictionary<PostId, AccountId>();
        }
        var found = await router.ReadManyAsync(Cluster.Content, posts, (session, here) => session.QueryAsync<Like>(
            "SELECT post_id, max(account_id) AS account_id FROM $likes WHERE post_id IN @here AND account_id IN @people AND liked = 1 GROUP BY post_id",
            new { here = here.Values(), people = people.Values() }), Freshness.Any, cancel);
        return found.ToDictionary(like => like.PostId, like => like.AccountId);
    }
}
