using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>Uploaded photos, on the content shard of their owner.</summary>
public sealed class MediaTable(ShardRouter router, OutboxTable outbox)
{
    internal const string Columns =
        "id, account_id, post_id, position, state, failed_reason, secret, sha256, content_type, bytes, width, height, blur_hash, description, focus_x, focus_y, rendition_prefix, taken_at, latitude, longitude, created_at";

    public async Task<Photo?> FindAsync(MediaId id, CancellationToken cancel = default) =>
        await router.ReadAsync(id.In(Cluster.Content), session =>
            session.FirstOrDefaultAsync<Photo>($"SELECT {Columns} FROM $media WHERE id = @id", new { id }), cancel: cancel);

    /// <summary>The media of these posts, in their order within each.</summary>
    public Task<IReadOnlyList<Photo>> OfPostsAsync(IReadOnlyCollection<PostId> posts, Freshness freshness = Freshness.Latest, CancellationToken cancel = default) =>
        router.ReadManyAsync(Cluster.Content, posts, (session, here) =>
            session.QueryAsync<Photo>($"SELECT {Columns} FROM $media WHERE post_id IN @here ORDER BY post_id, position", new { here = here.Values() }), freshness, cancel);

    /// <summary>Writes the row of a photo whose bytes are durable, and the job that makes its renditions.</summary>
    /// <param name="photo">Everything but its id, which is drawn beside its owner's.</param>
    /// <param name="renderAfter">How long workers leave it alone.</param>
    public Task<Photo> AddAsync(Photo photo, bool isAvatar, TimeSpan renderAfter, CancellationToken cancel = default) =>
        router.InsertAsync<Photo, Photo>(Cluster.Content, photo.AccountId.Shard, async (session, id) =>
        {
            var row = photo with { Id = id, State = MediaState.Stored };
            await InsertAsync(session, row);
            await outbox.AddAsync(session, id.Shard, OutboxMessage.Of(new PhotoUploaded(id, isAvatar), renderAfter));
            return row;
        }, cancel);

    /// <summary>
    /// Writes the row of a photo whose bytes its owner has stored before, sharing their objects; null when there are none. The twin's
    /// row is locked while the new one is written, so no sweep can find their objects without a row.
    /// </summary>
    public Task<Photo?> AddTwinAsync(Photo photo, TimeSpan renderAfter, CancellationToken cancel = default) =>
        router.InsertAsync<Photo, Photo?>(Cluster.Content, photo.AccountId.Shard, async (session, id) =>
        {
            var twin = await session.FirstOrDefaultAsync<Photo>(
                $"""
                UPDATE $media SET sha256 = sha256 WHERE id = (
                  SELECT id FROM $media WHERE account_id = @AccountId AND sha256 = @Sha256 AND rendition_prefix LIKE 'photos/%'
                  ORDER BY CASE state WHEN {(int)MediaState.Live} THEN 0 ELSE 1 END, id LIMIT 1)
                RETURNING {Columns}
                """, photo);
            if (twin is null)
            {
                return null;
            }
            var live = twin.State == MediaState.Live;
            var row = photo with
            {
                Id = id, State = live ? MediaState.Live : MediaState.Stored, RenditionPrefix = twin.RenditionPrefix,
                Width = twin.Width, Height = twin.Height, BlurHash = twin.BlurHash,
            };
            await InsertAsync(session, row);
            if (!live)
            {
                await outbox.AddAsync(session, id.Shard, OutboxMessage.Of(new PhotoUploaded(id), renderAfter));
            }
            return row;
        }, cancel);

    /// <summary>Changes what an owner may say about a photo at any time; the post that shows it, if any, or null when it is not theirs.</summary>
    public Task<Photo?> DescribeAsync(Photo photo, CancellationToken cancel = default) =>
        router.WriteAsync(photo.Id.In(Cluster.Content), session => session.FirstOrDefaultAsync<Photo>(
            $"UPDATE $media SET description = @Description, focus_x = @FocusX, focus_y = @FocusY WHERE id = @Id AND account_id = @AccountId RETURNING {Columns}",
            photo), cancel);

    /// <summary>Removes a photo that no post has taken; its objects are left to the sweep.</summary>
    /// <returns>False when it is not the owner's, or a post has it.</returns>
    public async Task<bool> DeleteAsync(MediaId id, AccountId owner, CancellationToken cancel = default) =>
        await router.WriteAsync(id.In(Cluster.Content), session => session.ExecuteAsync(
            "DELETE FROM $media WHERE id = @id AND account_id = @owner AND post_id IS NULL", new { id, owner }), cancel) == 1;

    /// <summary>Tells that a worker has taken the photo up.</summary>
    public Task MarkProcessingAsync(MediaId id, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Content), session => session.ExecuteAsync(
            $"UPDATE $media SET state = {(int)MediaState.Processing} WHERE id = @id AND state = {(int)MediaState.Stored}", new { id }), cancel);

    /// <summary>The place a person named when they last posted a photo taken within about a kilometre of there.</summary>
    public Task<Place?> PlaceNearAsync(AccountId owner, double latitude, double longitude, CancellationToken cancel = default) =>
        router.ReadAsync(owner.In(Cluster.Content), async session => (await session.FirstOrDefaultAsync<Post>(
            """
            SELECT p.place FROM $media m JOIN $posts p ON p.id = m.post_id
            WHERE m.account_id = @owner AND p.place IS NOT NULL
              AND m.latitude BETWEEN @latitude - 0.01 AND @latitude + 0.01 AND m.longitude BETWEEN @longitude - 0.01 AND @longitude + 0.01
            ORDER BY m.id DESC LIMIT 1
            """, new { owner, latitude, longitude }))?.Place, cancel: cancel);

    /// <summary>Whether these bytes of a person are in a post that is not deleted.</summary>
    public async Task<bool> IsPostedAsync(AccountId owner, string sha256, CancellationToken cancel = default) =>
        await router.ReadAsync(owner.In(Cluster.Content), session => session.ScalarAsync<long?>(
            $"""
            SELECT 1 FROM $media m JOIN $posts p ON p.id = m.post_id
            WHERE m.account_id = @owner AND m.sha256 = @sha256 AND p.state <> {(int)PostState.Deleted} LIMIT 1
            """, new { owner, sha256 }), cancel: cancel) is not null;

    /// <summary>Writes a media row inside the caller's transaction.</summary>
    internal static Task InsertAsync(ShardSession session, Photo media) =>
        session.ExecuteAsync(
            """
            INSERT INTO $media (id, account_id, post_id, position, state, secret, sha256, content_type, bytes, width, height, blur_hash, description, focus_x, focus_y, rendition_prefix, taken_at, latitude, longitude, created_at)
            VALUES (@Id, @AccountId, @PostId, @Position, @State, @Secret, @Sha256, @ContentType, @Bytes, @Width, @Height, @BlurHash, @Description, @FocusX, @FocusY, @RenditionPrefix, @TakenAt, @Latitude, @Longitude, @CreatedAt)
            """, media);
}
