using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>Photo posts and comments, on the content shard their id names.</summary>
public sealed class PostTable(ShardRouter router, OutboxTable outbox)
{
    internal const string Columns =
        "id, account_id, root_id, in_reply_to_id, in_reply_to_account_id, caption, place, tagged, mentions, visibility, sensitive, spoiler_text, language, state, likes, comments, created_at, edited_at, deleted_at, app_id";

    /// <summary>The posts and comments with these ids, whatever their state; unknown ids are left out.</summary>
    public Task<IReadOnlyList<Post>> GetAsync(IReadOnlyCollection<PostId> ids, Freshness freshness = Freshness.Latest, CancellationToken cancel = default) =>
        router.ReadManyAsync(Cluster.Content, ids, (session, here) =>
            session.QueryAsync<Post>($"SELECT {Columns} FROM $posts WHERE id IN @here", new { here = here.Values() }), freshness, cancel);

    public async Task<Post?> FindAsync(PostId id, CancellationToken cancel = default) =>
        await router.ReadAsync(id.In(Cluster.Content), session =>
            session.FirstOrDefaultAsync<Post>($"SELECT {Columns} FROM $posts WHERE id = @id", new { id }), cancel: cancel);

    /// <summary>A person's live public photo posts.</summary>
    public async Task<RowPage<PostId>> PublicOfAsync(AccountId author, IdRange page, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(author.In(Cluster.Content), session => session.QueryAsync<PostId>(
            $"""
            SELECT id FROM $posts WHERE account_id = @author AND root_id IS NULL AND state = {(int)PostState.Live} AND visibility = {(int)Visibility.Public}
              AND id > @Above AND id < @Below ORDER BY id {page.Direction} LIMIT @Take
            """, new { author, page.Above, page.Below, page.Take }), cancel: cancel));

    /// <summary>
    /// Writes a post whose photos are live already, with its count and the jobs that publish it, in one transaction: population and
    /// import of ready pictures. Uploads go through processing instead.
    /// </summary>
    public Task AddLiveAsync(Post post, IReadOnlyList<Photo> photos, CancellationToken cancel = default) =>
        router.WriteAsync(post.Id.In(Cluster.Content), async session =>
        {
            await InsertAsync(session, post);
            foreach (var photo in photos)
            {
                await MediaTable.InsertAsync(session, photo);
            }
            await CountAsync(session, post.AccountId, 1, post.CreatedAt);
            await outbox.AddAsync(session, post.Id.Shard,
                OutboxMessage.Of(new PostPublished(post.Id, post.AccountId)), OutboxMessage.Of(new PostChanged(post.Id)));
        }, cancel);

    /// <summary>Leaves the rest of a fan-out as a job of its own, behind those that are due by now. Done twice, that part is fanned out twice: no harm.</summary>
    public Task PauseFanOutAsync(FanOutPaused rest, CancellationToken cancel = default) =>
        router.WriteAsync(rest.PostId.In(Cluster.Content), session => outbox.AddAsync(session, rest.PostId.Shard, OutboxMessage.Of(rest)), cancel);

    /// <summary>Adds to an author's number of live posts inside the caller's transaction.</summary>
    /// <param name="postedAt">When the newest was posted; null when one went.</param>
    internal static Task CountAsync(ShardSession session, AccountId author, int change, DateTimeOffset? postedAt) =>
        session.ExecuteAsync(CountSql, new { author, change, postedAt });

    /// <summary>The same for many authors.</summary>
    internal static Task CountAsync(ShardSession session, IReadOnlyList<(AccountId Author, int Change, DateTimeOffset? PostedAt)> changes) =>
        session.ExecuteAsync(CountSql, changes.Select(one => new { author = one.Author, change = one.Change, postedAt = one.PostedAt }).ToList());

    private const string CountSql =
        """
        INSERT INTO $content_counts (account_id, posts, last_post_at) VALUES (@author, @change, @postedAt)
        ON CONFLICT (account_id) DO UPDATE SET posts = $content_counts.posts + excluded.posts,
          last_post_at = coalesce(excluded.last_post_at, $content_counts.last_post_at)
        """;

    /// <summary>Writes a post row inside the caller's transaction.</summary>
    internal static Task InsertAsync(ShardSession session, Post post) =>
        session.ExecuteAsync(
            """
            INSERT INTO $posts (id, account_id, root_id, in_reply_to_id, in_reply_to_account_id, caption, place, tagged, mentions, visibility, sensitive, spoiler_text, language, state, likes, comments, created_at, app_id)
            VALUES (@Id, @AccountId, @RootId, @InReplyToId, @InReplyToAccountId, @Caption, @Place, @Tagged, @Mentions, @Visibility, @sensitive, @SpoilerText, @Language, @State, 0, 0, @CreatedAt, @AppId)
            """, new
            {
                post.Id, post.AccountId, post.RootId, post.InReplyToId, post.InReplyToAccountId, post.Caption, post.Place, post.Tagged, post.Mentions,
                post.Visibility, sensitive = post.Sensitive ? 1L : 0L, post.SpoilerText, post.Language, post.State, post.CreatedAt, post.AppId,
            });
}
