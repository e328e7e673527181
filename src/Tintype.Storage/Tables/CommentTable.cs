using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>A comment that was written.</summary>
/// <param name="Repeated">The same request was answered before: this is the comment it made.</param>
/// <param name="Told">Who should hear of it; also in the outbox.</param>
public sealed record CommentAdded(Post Comment, bool Repeated, IReadOnlyList<NotificationDue> Told);

/// <summary>
/// Comments: rows of posts, on the shard of the photo post they belong to (root_id), so that a thread is read from one shard. There
/// is one level of replies: in_reply_to_id is the photo post, or a comment directly under it.
/// </summary>
public sealed class CommentTable(ShardRouter router, OutboxTable outbox, TimeProvider time)
{
    /// <summary>How long a repeated request is recognised.</summary>
    private static readonly TimeSpan IdempotencyLifetime = TimeSpan.FromHours(1);

    /// <summary>Writes a comment, the counts, and the news of it, in one transaction.</summary>
    /// <param name="draft">Everything but id, state and time.</param>
    /// <param name="key">The client's Idempotency-Key; null without.</param>
    /// <returns>Null when the post, or the comment answered, is gone.</returns>
    public Task<CommentAdded?> AddAsync(Post draft, string? key, CancellationToken cancel = default)
    {
        var root = draft.RootId ?? throw new ArgumentException("a comment names the post it belongs to", nameof(draft));
        var parent = draft.InReplyToId ?? root;
        return router.InsertAsync<Post, CommentAdded?>(Cluster.Content, root.Shard, async (session, id) =>
        {
            var now = time.GetUtcNow();
            if (key is not null && await RepeatedAsync(session, draft.AccountId, key, now) is { } earlier)
            {
                return new CommentAdded(earlier, Repeated: true, []);
            }
            if (await LockAsync(session, root) is not { State: PostState.Live } post
                || parent != root && (await LockAsync(session, parent) is not { State: PostState.Live } answered || answered.InReplyToId != root))
            {
                return null;
            }
            await session.ExecuteAsync("UPDATE $posts SET comments = comments + 1 WHERE id = @root OR id = @parent", new { root, parent });
            var comment = draft with { Id = id, InReplyToId = parent, State = PostState.Live, CreatedAt = now };
            await PostTable.InsertAsync(session, comment);
            if (key is not null)
            {
                await session.ExecuteAsync(
                    """
                    INSERT INTO $idempotency_keys (account_id, name, post_id, created_at) VALUES (@AccountId, @key, @id, @now)
                    ON CONFLICT (account_id, name) DO UPDATE SET post_id = @id, created_at = @now
                    """, new { draft.AccountId, key, id, now });
            }
            var told = WhoHears(comment, post.AccountId);
            await outbox.AddAsync(session, id.Shard, [.. told.Select(due => OutboxMessage.Of(due))]);
            return new CommentAdded(comment, Repeated: false, told);
        }, cancel);
    }

    /// <summary>Takes a comment and the replies to it away. Whether the caller may is the caller's to know.</summary>
    /// <returns>Ids of all that is now gone; empty when it was gone already.</returns>
    public Task<IReadOnlyList<PostId>> DeleteAsync(Post comment, CancellationToken cancel = default) =>
        router.WriteAsync(comment.Id.In(Cluster.Content), async session =>
        {
            await LockAsync(session, comment.RootId!.Value);
            var gone = await session.QueryAsync<PostId>(
                $"""
                UPDATE $posts SET state = {(int)PostState.Deleted}, deleted_at = @now
                WHERE (id = @Id OR in_reply_to_id = @Id) AND root_id IS NOT NULL AND state = {(int)PostState.Live} RETURNING id
                """, new { comment.Id, now = time.GetUtcNow() });
            if (gone.Count > 0)
            {
                await session.ExecuteAsync(
                    """
                    UPDATE $posts SET comments = comments - CASE WHEN id = @RootId THEN @all ELSE 1 END
                    WHERE id = @RootId OR id = @InReplyToId
                    """, new { comment.RootId, comment.InReplyToId, all = (long)gone.Count });
            }
            return gone;
        }, cancel);

    /// <summary>A person's comments, wherever they are; some of them at a time.</summary>
    public Task<IReadOnlyList<Post>> OfAuthorFromAllShardsAsync(AccountId author, int limitPerShard, CancellationToken cancel = default) =>
        router.ReadFromAllShardsAsync(Cluster.Content, session => session.QueryAsync<Post>(
            $"SELECT {PostTable.Columns} FROM $posts WHERE account_id = @author AND root_id IS NOT NULL ORDER BY id LIMIT @limitPerShard",
            new { author, limitPerShard }), cancel: cancel);

    /// <summary>Removes a deleted comment's row, and its words with it.</summary>
    public Task RemoveAsync(PostId comment, CancellationToken cancel = default) =>
        router.WriteAsync(comment.In(Cluster.Content), session => session.ExecuteAsync(
            $"DELETE FROM $posts WHERE id = @comment AND root_id IS NOT NULL AND state = {(int)PostState.Deleted}", new { comment }), cancel);

    /// <summary>Comments directly under <paramref name="parent"/> (a photo post, or a comment), oldest first.</summary>
    /// <param name="from">Inclusive lower bound; null for the first page.</param>
    public Task<IReadOnlyList<PostId>> UnderAsync(PostId parent, PostId? from, int limit, CancellationToken cancel = default) =>
        router.ReadAsync(parent.In(Cluster.Content), session => session.QueryAsync<PostId>(
            $"""
            SELECT id FROM $posts WHERE in_reply_to_id = @parent AND id >= @from AND state = {(int)PostState.Live} AND root_id IS NOT NULL
            ORDER BY id LIMIT @limit
            """, new { parent, from = from?.Value ?? 0, limit }), Freshness.Any, cancel);

    /// <summary>Replies to these comments of one post, oldest first, at most <paramref name="most"/> of each.</summary>
    public Task<IReadOnlyList<PostId>> RepliesAsync(IReadOnlyList<PostId> comments, int most, CancellationToken cancel = default) =>
        router.ReadManyAsync(Cluster.Content, comments, (session, here) => session.QueryAsync<PostId>(
            $"""
            SELECT id FROM (
              SELECT id, ROW_NUMBER() OVER (PARTITION BY in_reply_to_id ORDER BY id) AS place FROM $posts
              WHERE in_reply_to_id IN @here AND root_id IS NOT NULL AND state = {(int)PostState.Live}) AS replies
            WHERE place <= @most ORDER BY id
            """, new { here = here.Values(), most }), Freshness.Any, cancel);

    /// <summary>Reads a row that this transaction will change. The photo post is always taken before its comments, so none waits in a ring.</summary>
    private static Task<Post?> LockAsync(ShardSession session, PostId id) =>
        session.FirstOrDefaultAsync<Post>($"UPDATE $posts SET state = state WHERE id = @id RETURNING {PostTable.Columns}", new { id });

    private static async Task<Post?> RepeatedAsync(ShardSession session, AccountId author, string key, DateTimeOffset now) =>
        await session.FirstOrDefaultAsync<Post>(
            $"""
            SELECT {PostTable.Columns} FROM $posts WHERE id = (
              SELECT post_id FROM $idempotency_keys WHERE account_id = @author AND name = @key AND created_at > @since)
            """, new { author, key, since = now - IdempotencyLifetime });

    /// <summary>The post's author, whoever is answered, and who is named: each once, and never oneself.</summary>
    private static List<NotificationDue> WhoHears(Post comment, AccountId owner) =>
        [.. new[] { (Person: owner, Kind: NotificationKind.Comment), (Person: comment.InReplyToAccountId ?? owner, Kind: NotificationKind.Comment) }
            .Concat(comment.Mentions.Select(mention => (Person: mention.Id, Kind: NotificationKind.Mention)))
            .DistinctBy(call => call.Person)
            .Where(call => call.Person != comment.AccountId)
            .Select(call => new NotificationDue(call.Person, call.Kind, comment.AccountId, comment.Id))];
}
