using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>How publishing ended.</summary>
public abstract record Publication
{
    /// <param name="Repeated">The same request was answered before: this is the post it made.</param>
    public sealed record Published(Post Post, bool Repeated) : Publication;

    /// <summary>A photo is not the author's, not there, or already in a post.</summary>
    public sealed record PhotoNotFree(MediaId Id) : Publication;

    public sealed record PhotoFailed(MediaId Id, string Reason) : Publication;
}

/// <summary>
/// The life of a photo post, all on its author's content shard: published from media rows, live once the last of them is, edited,
/// deleted, restored. A transaction that changes a photo's state takes the photo's row first and the post's row second, so two
/// photos that are ready at the same moment cannot both miss that they were the last.
/// </summary>
public sealed class PhotoPostTable(ShardRouter router, OutboxTable outbox, TimeProvider time)
{
    /// <summary>How long a repeated request is recognised.</summary>
    public static readonly TimeSpan IdempotencyLifetime = TimeSpan.FromHours(1);

    /// <summary>Takes photos into a new post: live at once when all of them are ready, else as soon as they are.</summary>
    /// <param name="draft">Everything but id, state and time.</param>
    /// <param name="photos">In the order in which they are shown; texts given here replace those of the rows.</param>
    /// <param name="key">The client's Idempotency-Key; null without.</param>
    public Task<Publication> PublishAsync(
        Post draft, IReadOnlyList<(MediaId Id, string? Description)> photos, string? key, CancellationToken cancel = default) =>
        router.InsertAsync<Post, Publication>(Cluster.Content, draft.AccountId.Shard, async (session, id) =>
        {
            var now = time.GetUtcNow();
            if (key is not null && await ClaimKeyAsync(session, draft.AccountId, key, id, now) is { } earlier)
            {
                return new Publication.Published(earlier, Repeated: true);
            }
            if (await ProblemAsync(session, draft.AccountId, photos) is { } problem)
            {
                await session.ExecuteAsync("DELETE FROM $idempotency_keys WHERE account_id = @AccountId AND name = @key AND post_id = @id", new { draft.AccountId, key, id });
                return problem;
            }
            var allLive = true;
            for (var position = 0; position < photos.Count; position++)
            {
                var (photo, description) = photos[position];
                var state = await session.ScalarAsync<long>(
                    "UPDATE $media SET post_id = @id, position = @position, description = COALESCE(@description, description) WHERE id = @photo RETURNING state",
                    new { id, position = (long)position, description, photo });
                allLive &= state == (long)MediaState.Live;
            }
            var post = draft with { Id = id, State = PostState.Processing, CreatedAt = now };
            await PostTable.InsertAsync(session, post);
            if (allLive)
            {
                await GoLiveAsync(session, post);
            }
            return new Publication.Published(post with { State = allLive ? PostState.Live : PostState.Processing }, Repeated: false);
        }, cancel);

    /// <summary>The post a key made; null when none did, or long ago.</summary>
    public async Task<PostId?> FindByKeyAsync(AccountId author, string key, CancellationToken cancel = default) =>
        await router.ReadAsync(author.In(Cluster.Content), session => session.FirstOrDefaultAsync<PostId?>(
            "SELECT post_id FROM $idempotency_keys WHERE account_id = @author AND name = @key", new { author, key }), cancel: cancel);

    /// <summary>Notes that a photo's renditions are there; its post goes live with the last of its photos.</summary>
    /// <returns>The post, if any.</returns>
    public Task<PostId?> CompletePhotoAsync(Photo ready, CancellationToken cancel = default) =>
        router.WriteAsync(ready.Id.In(Cluster.Content), async session =>
        {
            var row = await session.FirstOrDefaultAsync<Photo>(
                $"""
                UPDATE $media SET state = {(int)MediaState.Live}, failed_reason = NULL, width = @Width, height = @Height, blur_hash = @BlurHash
                WHERE id = @Id RETURNING {MediaTable.Columns}
                """, ready);
            if (row?.PostId is { } post)
            {
                await SettleAsync(session, post);
            }
            return row?.PostId;
        }, cancel);

    /// <summary>Notes that a photo cannot be shown and why; its post waits, seen by its author only.</summary>
    /// <returns>The post, if any.</returns>
    public Task<PostId?> FailPhotoAsync(MediaId photo, string reason, CancellationToken cancel = default) =>
        router.WriteAsync(photo.In(Cluster.Content), async session =>
        {
            var row = await session.FirstOrDefaultAsync<Photo>(
                $"""
                UPDATE $media SET state = {(int)MediaState.Failed}, failed_reason = @reason
                WHERE id = @photo AND state <> {(int)MediaState.Live} RETURNING {MediaTable.Columns}
                """, new { photo, reason });
            if (row?.PostId is { } post)
            {
                await SettleAsync(session, post);
            }
            return row?.PostId;
        }, cancel);

    /// <summary>Has a failed photo's renditions made once more.</summary>
    /// <returns>Its row as it is now; null when it is not the owner's.</returns>
    public Task<Photo?> RetryPhotoAsync(MediaId photo, AccountId owner, CancellationToken cancel = default) =>
        router.WriteAsync(photo.In(Cluster.Content), async session =>
        {
            var retried = await session.FirstOrDefaultAsync<Photo>(
                $"""
                UPDATE $media SET state = {(int)MediaState.Stored}, failed_reason = NULL
                WHERE id = @photo AND account_id = @owner AND state = {(int)MediaState.Failed} RETURNING {MediaTable.Columns}
                """, new { photo, owner });
            if (retried is null)
            {
                return await session.FirstOrDefaultAsync<Photo>(
                    $"SELECT {MediaTable.Columns} FROM $media WHERE id = @photo AND account_id = @owner", new { photo, owner });
            }
            if (retried.PostId is { } post)
            {
                await SettleAsync(session, post);
            }
            await outbox.AddAsync(session, photo.Shard, OutboxMessage.Of(new PhotoUploaded(photo)));
            return retried;
        }, cancel);

    /// <summary>Changes caption, place and people of a post and the texts of its photos.</summary>
    /// <param name="edited">The post as it is to be; id and author say which.</param>
    /// <returns>False when there is no such post of that author.</returns>
    public Task<bool> EditAsync(Post edited, IReadOnlyList<(MediaId Id, string? Description)> photos, CancellationToken cancel = default) =>
        router.WriteAsync(edited.Id.In(Cluster.Content), async session =>
        {
            var found = await session.ExecuteAsync(
                $"""
                UPDATE $posts SET caption = @Caption, place = @Place, tagged = @Tagged, mentions = @Mentions, sensitive = @sensitive,
                  spoiler_text = @SpoilerText, language = @Language, edited_at = @now
                WHERE id = @Id AND account_id = @AccountId AND state <> {(int)PostState.Deleted}
                """, new
                {
                    edited.Id, edited.AccountId, edited.Caption, edited.Place, edited.Tagged, edited.Mentions,
                    sensitive = edited.Sensitive ? 1L : 0L, edited.SpoilerText, edited.Language, now = time.GetUtcNow(),
                }) == 1;
            if (!found)
            {
                return false;
            }
            foreach (var (photo, description) in photos)
            {
                await session.ExecuteAsync(
                    "UPDATE $media SET description = @description WHERE id = @photo AND post_id = @post", new { photo, description, post = edited.Id });
            }
            await outbox.AddAsync(session, edited.Id.Shard, [OutboxMessage.Of(new PostChanged(edited.Id)), .. Calls(edited)]);
            return true;
        }, cancel);

    /// <summary>Takes a post away from everybody at once. Its rows stay, so that it can be restored, until the sweep.</summary>
    /// <returns>The post as it was; null when there is no such post of that author.</returns>
    public Task<Post?> DeleteAsync(PostId id, AccountId author, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Content), async session =>
        {
            var post = await OfAuthorAsync(session, id, author);
            if (post is null || post.State == PostState.Deleted)
            {
                return null;
            }
            await session.ExecuteAsync(
                $"UPDATE $posts SET state = {(int)PostState.Deleted}, deleted_at = @now WHERE id = @id", new { id, now = time.GetUtcNow() });
            if (post.State == PostState.Live)
            {
                await PostTable.CountAsync(session, author, -1, null);
            }
            await outbox.AddAsync(session, id.Shard, OutboxMessage.Of(new PostChanged(id)));
            return post;
        }, cancel);

    /// <summary>Brings a deleted post back.</summary>
    /// <returns>Null when it is not the author's or was not deleted since <paramref name="since"/>.</returns>
    public Task<Post?> RestoreAsync(PostId id, AccountId author, DateTimeOffset since, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Content), async session =>
        {
            var post = await OfAuthorAsync(session, id, author);
            if (post is not { State: PostState.Deleted } || post.DeletedAt < since)
            {
                return null;
            }
            await session.ExecuteAsync(
                $"UPDATE $posts SET state = {(int)PostState.Processing}, deleted_at = NULL WHERE id = @id", new { id });
            await SettleAsync(session, id);
            await outbox.AddAsync(session, id.Shard, OutboxMessage.Of(new PostChanged(id)));
            return post;
        }, cancel);

    private static Task<Post?> OfAuthorAsync(ShardSession session, PostId id, AccountId author) =>
        session.FirstOrDefaultAsync<Post>(
            $"UPDATE $posts SET state = state WHERE id = @id AND account_id = @author AND root_id IS NULL RETURNING {PostTable.Columns}", new { id, author });

    /// <summary>Takes a key for a new post, or finds the post that has it. Two equal requests at once: the second waits here for the first.</summary>
    private static async Task<Post?> ClaimKeyAsync(ShardSession session, AccountId author, string key, PostId id, DateTimeOffset now)
    {
        var claimed = await session.ExecuteAsync(
            """
            INSERT INTO $idempotency_keys (account_id, name, post_id, created_at) VALUES (@author, @key, @id, @now)
            ON CONFLICT (account_id, name) DO UPDATE SET post_id = @id, created_at = @now WHERE $idempotency_keys.created_at < @since
            """, new { author, key, id, now, since = now - IdempotencyLifetime }) == 1;
        return claimed ? null : await session.FirstOrDefaultAsync<Post>(
            $"SELECT {PostTable.Columns} FROM $posts WHERE id = (SELECT post_id FROM $idempotency_keys WHERE account_id = @author AND name = @key)",
            new { author, key });
    }

    private static async Task<Publication?> ProblemAsync(
        ShardSession session, AccountId author, IReadOnlyList<(MediaId Id, string? Description)> photos)
    {
        var asked = photos.Select(photo => photo.Id).ToList();
        // Written, not only read: the rows are this transaction's now, whatever a sweep or another post is about to do.
        var free = (await session.QueryAsync<Photo>(
            $"UPDATE $media SET sha256 = sha256 WHERE id IN @asked AND account_id = @author AND post_id IS NULL RETURNING {MediaTable.Columns}",
            new { asked = asked.Values(), author }))
            .ToDictionary(photo => photo.Id);
        return asked.Where(id => !free.ContainsKey(id)).Select(id => new Publication.PhotoNotFree(id)).FirstOrDefault() as Publication
            ?? asked.Where(id => free[id].State == MediaState.Failed)
                .Select(id => new Publication.PhotoFailed(id, free[id].FailedReason ?? "")).FirstOrDefault();
    }

    /// <summary>Lets a post's state follow from its photos: failed with any, live with all.</summary>
    private async Task SettleAsync(ShardSession session, PostId id)
    {
        var post = await session.FirstOrDefaultAsync<Post>($"UPDATE $posts SET state = state WHERE id = @id RETURNING {PostTable.Columns}", new { id });
        if (post is null || post.State is PostState.Live or PostState.Deleted)
        {
            return;
        }
        var states = await session.QueryAsync<long>("SELECT state FROM $media WHERE post_id = @id", new { id });
        if (states.All(state => state == (long)MediaState.Live))
        {
            await GoLiveAsync(session, post);
        }
        else
        {
            var next = states.Contains((long)MediaState.Failed) ? PostState.Failed : PostState.Processing;
            await session.ExecuteAsync("UPDATE $posts SET state = @next WHERE id = @id", new { id, next });
        }
    }

    private async Task GoLiveAsync(ShardSession session, Post post)
    {
        await session.ExecuteAsync($"UPDATE $posts SET state = {(int)PostState.Live} WHERE id = @Id", new { post.Id });
        await PostTable.CountAsync(session, post.AccountId, 1, post.CreatedAt);
        await outbox.AddAsync(session, post.Id.Shard,
            [OutboxMessage.Of(new PostPublished(post.Id, post.AccountId)), OutboxMessage.Of(new PostChanged(post.Id)), .. Calls(post)]);
    }

    /// <summary>Whoever is named or tagged hears of it, once however often it is told.</summary>
    private static IEnumerable<OutboxMessage> Calls(Post post) =>
        post.Mentions.Select(mention => mention.Id).Select(person => (Person: person, Kind: NotificationKind.Mention))
            .Concat(post.Tagged.Select(person => (Person: person, Kind: NotificationKind.Tag)))
            .Where(call => call.Person != post.AccountId)
            .Select(call => OutboxMessage.Of(new NotificationDue(call.Person, call.Kind, post.AccountId, post.Id)));
}
