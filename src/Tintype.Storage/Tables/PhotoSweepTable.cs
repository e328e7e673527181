using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>Finds and removes rows of photos that nobody can see any more. Their objects are removed once no row has their prefix.</summary>
public sealed class PhotoSweepTable(ShardRouter router, OutboxTable outbox)
{
    /// <summary>In one transaction; a sweep must not make anybody's write wait for long.</summary>
    private const int Batch = 200;

    // Ids of jobs count sequences from 0: this one is never drawn by the first thousand jobs of a millisecond.
    private const int RoundSequence = (1 << IdLayout.SequenceBits) - 1;
    private static readonly Shard Clock = new(Cluster.Content, 0);

    /// <summary>Adds the job of a round, once however many processes do.</summary>
    public Task ScheduleAsync(DateTimeOffset round, CancellationToken cancel = default) =>
        router.WriteAsync(Clock, session => outbox.AddOnceAsync(
            session, new JobId(IdLayout.Compose(round, Clock.Number, RoundSequence)), OutboxMessage.Of(new PhotoSweepDue(round)), round), cancel);

    /// <summary>Photos uploaded before then that no post has taken, a batch from each partition. Avatars are among them.</summary>
    public Task<IReadOnlyList<Photo>> UnpostedFromAllShardsAsync(DateTimeOffset before, MediaId after, CancellationToken cancel = default) =>
        router.ReadFromAllShardsAsync(Cluster.Content, session => session.QueryAsync<Photo>(
            $"SELECT {MediaTable.Columns} FROM $media WHERE post_id IS NULL AND created_at < @before AND id > @after ORDER BY id LIMIT {Batch}",
            new { before, after }), cancel: cancel);

    /// <summary>Posts deleted before then, a batch from each partition.</summary>
    public Task<IReadOnlyList<Post>> DeletedFromAllShardsAsync(DateTimeOffset before, CancellationToken cancel = default) =>
        router.ReadFromAllShardsAsync(Cluster.Content, session => session.QueryAsync<Post>(
            $"SELECT {PostTable.Columns} FROM $posts WHERE deleted_at < @before AND root_id IS NULL ORDER BY deleted_at LIMIT {Batch}",
            new { before }), cancel: cancel);

    /// <summary>A person's posts, whatever their state: a batch.</summary>
    public Task<IReadOnlyList<Post>> OfAccountAsync(AccountId account, CancellationToken cancel = default) =>
        router.ReadAsync(account.In(Cluster.Content), session => session.QueryAsync<Post>(
            $"SELECT {PostTable.Columns} FROM $posts WHERE account_id = @account AND root_id IS NULL ORDER BY id LIMIT {Batch}", new { account }), cancel: cancel);

    /// <summary>Removes a photo that is still in no post.</summary>
    public Task RemovePhotoAsync(MediaId id, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Content), session => session.ExecuteAsync("DELETE FROM $media WHERE id = @id AND post_id IS NULL", new { id }), cancel);

    /// <summary>Removes a post with its photos' rows, its comments and its likes.</summary>
    public Task RemovePostAsync(PostId id, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Content), async session =>
        {
            await session.ExecuteAsync("DELETE FROM $likes WHERE post_id = @id OR post_id IN (SELECT id FROM $posts WHERE root_id = @id)", new { id });
            await session.ExecuteAsync("DELETE FROM $posts WHERE id = @id OR root_id = @id", new { id });
            await session.ExecuteAsync("DELETE FROM $media WHERE post_id = @id", new { id });
        }, cancel);

    /// <summary>Removes what is left of a person on their content shard once their posts are gone.</summary>
    public Task RemoveRestAsync(AccountId account, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Content), async session =>
        {
            await session.ExecuteAsync("DELETE FROM $media WHERE account_id = @account", new { account });
            await session.ExecuteAsync("DELETE FROM $idempotency_keys WHERE account_id = @account", new { account });
            await session.ExecuteAsync("DELETE FROM $content_counts WHERE account_id = @account", new { account });
        }, cancel);

    /// <summary>Forgets requests whose repetition is no longer recognised.</summary>
    public async Task RemoveOldKeysFromAllShardsAsync(DateTimeOffset before, CancellationToken cancel = default)
    {
        foreach (var partition in router.Map.PartitionsOf(Cluster.Content))
        {
            await partition.WriteAsync(session =>
                session.ExecuteAsync("DELETE FROM $idempotency_keys WHERE created_at < @before", new { before }), cancel);
        }
    }

    /// <summary>Whether any row has this prefix. One that has none will never have one again.</summary>
    public async Task<bool> IsReferredToAsync(AccountId owner, string prefix, CancellationToken cancel = default) =>
        await router.ReadAsync(owner.In(Cluster.Content), session => session.ScalarAsync<long?>(
            "SELECT 1 FROM $media WHERE account_id = @owner AND rendition_prefix = @prefix LIMIT 1", new { owner, prefix }), cancel: cancel) is not null;
}
