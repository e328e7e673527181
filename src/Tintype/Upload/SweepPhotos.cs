using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;

namespace Tintype.Upload;

/// <summary>
/// Removes what nobody can reach any more, once it is a day old: photos that no post took, deleted posts, and objects without a row
/// (their upload died before it was acknowledged).
/// </summary>
/// <remarks>
/// It needs no lock. An object gets a row within its own request or never: its prefix is drawn for it alone, and bytes sent again
/// share a prefix only while some row has it (<see cref="MediaTable.AddTwinAsync"/> holds that row meanwhile). So an old prefix that
/// has no row now will have none later.
/// </remarks>
internal sealed class SweepPhotos(
    PhotoSweepTable table, AccountTable accounts, IObjectStore objects, Settings settings, TimeProvider time, ILogger<SweepPhotos> log) : IJob<PhotoSweepDue>
{
    public async Task RunAsync(PhotoSweepDue payload, CancellationToken cancel)
    {
        var before = time.GetUtcNow() - TimeSpan.FromHours(settings.Upload.SweepAfterHours);
        var posts = await RemoveDeletedPostsAsync(before, cancel);
        var photos = await RemoveUnpostedAsync(before, cancel);
        var removed = await RemoveObjectsAsync(before, cancel);
        await table.RemoveOldKeysFromAllShardsAsync(time.GetUtcNow() - PhotoPostTable.IdempotencyLifetime, cancel);
        var leftovers = objects.Staging.RemoveLeftovers(before);
        log.LogInformation(
            "Swept {Posts} deleted posts, {Photos} photos in no post, {Objects} objects without a row, {Leftovers} broken-off uploads",
            posts, photos, removed, leftovers);
        await ScheduleNextAsync(cancel);
    }

    /// <summary>Sees to it that there is a next round, from the first start of an instance on. Rounds fall on multiples of the interval, so every process means the same one by "next".</summary>
    public Task ScheduleNextAsync(CancellationToken cancel)
    {
        var interval = TimeSpan.FromHours(settings.Upload.SweepEveryHours).Ticks;
        return table.ScheduleAsync(new DateTimeOffset(((time.GetUtcNow().Ticks / interval) + 1) * interval, TimeSpan.Zero), cancel);
    }

    private async Task<int> RemoveDeletedPostsAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var count = 0;
        while (await table.DeletedFromAllShardsAsync(before, cancel) is { Count: > 0 } batch)
        {
            foreach (var post in batch)
            {
                await table.RemovePostAsync(post.Id, cancel);
                count++;
            }
        }
        return count;
    }

    private async Task<int> RemoveUnpostedAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var count = 0;
        var after = default(MediaId);
        while (await table.UnpostedFromAllShardsAsync(before, after, cancel) is { Count: > 0 } batch)
        {
            var owners = (await accounts.GetAsync([.. batch.Select(photo => photo.AccountId).Distinct()], cancel: cancel)).ToDictionary(account => account.Id);
            foreach (var photo in batch.Where(photo => owners.GetValueOrDefault(photo.AccountId)?.AvatarId != photo.Id))
            {
                await table.RemovePhotoAsync(photo.Id, cancel);
                count++;
            }
            after = batch.Max(photo => photo.Id);
        }
        return count;
    }

    private async Task<int> RemoveObjectsAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var count = 0;
        var known = (Prefix: "", Referred: true);
        foreach (var kind in new[] { PhotoKeys.Photos, PhotoKeys.Avatars })
        {
            await foreach (var found in objects.ListAsync(kind, cancel))
            {
                if (found.LastModified >= before || PhotoKeys.Read(found.Key) is not var (prefix, owner))
                {
                    continue;
                }
                if (known.Prefix != prefix)
                {
                    known = (prefix, await table.IsReferredToAsync(owner, prefix, cancel));
                }
                if (!known.Referred)
                {
                    await objects.DeleteAsync(found.Key, cancel);
                    count++;
                }
            }
        }
        return count;
    }
}

/// <summary>Removes a purged account's posts, photos and bytes.</summary>
internal sealed class PurgePhotos(PhotoSweepTable table, AccountTable accounts, IObjectStore objects, Settings settings) : IJob<AccountPurgeDue>
{
    public async Task RunAsync(AccountPurgeDue payload, CancellationToken cancel)
    {
        var account = payload.AccountId;
        if (!await accounts.IsPurgeDueAsync(account, TimeSpan.FromDays(settings.Accounts.RestoreDays), cancel))
        {
            return;
        }
        while (await table.OfAccountAsync(account, cancel) is { Count: > 0 } batch)
        {
            foreach (var post in batch)
            {
                await table.RemovePostAsync(post.Id, cancel);
            }
        }
        await table.RemoveRestAsync(account, cancel);
        foreach (var prefix in new[] { PhotoKeys.Photos, PhotoKeys.Avatars })
        {
            await foreach (var found in objects.ListAsync($"{prefix}/{account}", cancel))
            {
                await objects.DeleteAsync(found.Key, cancel);
            }
        }
    }
}
