using System.Net;
using Tintype.Specs.Upload.Pictures;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;
using Tintype.Upload;
using Xunit;

namespace Tintype.Specs.Upload;

public sealed class SweepSpecs
{
    [Fact]
    public async Task Young_things_are_left_alone()
    {
        await using var world = await World.StartAsync(null);
        var alice = await world.Alice;
        var draft = await alice.UploadAsync();
        var orphan = await OrphanAsync(world, alice);

        await SweepAsync(world);

        Assert.Equal(HttpStatusCode.OK, await alice.StatusOfGetAsync($"/api/v1/media/{draft}"));
        Assert.NotNull(await world.Get<IObjectStore>().FindAsync(orphan, default));
    }

    [Fact]
    public async Task What_nobody_can_reach_is_removed_and_nothing_else()
    {
        await using var world = await World.StartAsync(settings => settings.Upload.SweepAfterHours = 0);
        var alice = await world.Alice;
        var bytes = Samples.Jpeg();
        var kept = await alice.UploadAndPostAsync(bytes: bytes);
        var deletedTwin = await alice.UploadAndPostAsync(bytes: bytes);
        var deleted = await alice.UploadAndPostAsync();
        var draft = await alice.UploadAsync();
        var orphan = await OrphanAsync(world, alice);
        foreach (var post in new[] { deletedTwin, deleted })
        {
            await alice.Http.DeleteAsync($"/api/v1/statuses/{post.Id()}");
        }
        await world.JobsDone();

        await SweepAsync(world);

        Assert.Null(await world.Get<IObjectStore>().FindAsync(orphan, default));
        Assert.Equal(HttpStatusCode.NotFound, await alice.StatusOfGetAsync($"/api/v1/media/{draft}"));
        Assert.Null(await world.Get<PostTable>().FindAsync(PostId.Parse(deleted.Id())));
        // Seven objects are left: the original and six renditions that the kept post shared with a deleted one.
        Assert.Equal(7, await world.Get<IObjectStore>().ListAsync($"photos/{alice.Id}", default).CountAsync());
        var url = kept.GetProperty("media_attachments")[0].GetProperty("url").GetString();
        Assert.Equal(HttpStatusCode.OK, (await world.Stranger.GetAsync(url)).StatusCode);
    }

    [Fact]
    public async Task An_avatar_in_use_is_in_no_post_and_stays()
    {
        await using var world = await World.StartAsync(settings => settings.Upload.SweepAfterHours = 0);
        var alice = await world.Alice;
        using var staged = await StageAsync(world);
        var avatar = await world.Get<Tintype.Cards.PhotoIntake>().KeepAvatarAsync(staged, alice.Id, default);
        var account = await world.Get<AccountTable>().FindAsync(alice.Id);
        await world.Get<AccountTable>().UpdateProfileAsync(account! with { AvatarId = avatar.Id, AvatarSecret = avatar.Secret });
        await world.JobsDone();

        await SweepAsync(world);

        Assert.NotNull(await world.Get<MediaTable>().FindAsync(avatar.Id));
        Assert.Equal(5, await world.Get<IObjectStore>().ListAsync($"avatars/{alice.Id}", default).CountAsync());
    }

    [Fact]
    public async Task The_next_round_is_waiting_once_however_often_it_is_asked_for()
    {
        await using var world = await World.StartAsync(null);
        var sweep = world.Get<SweepPhotos>();

        await Task.WhenAll(sweep.ScheduleNextAsync(default), sweep.ScheduleNextAsync(default), sweep.ScheduleNextAsync(default));

        var map = world.Get<Storage.Shards.ShardMap>();
        var waiting = await Task.WhenAll(map.PartitionsOf(Storage.Shards.Cluster.Content).Select(partition => world.Get<OutboxTable>().CountAsync(partition)));
        Assert.InRange(waiting.SelectMany(counts => counts).Where(count => count.Kind == PhotoSweepDue.Kind).Sum(count => count.Jobs), 1, 2);
    }

    [Fact]
    public async Task A_purged_account_takes_its_photos_along()
    {
        await using var world = await World.StartAsync(settings => settings.Accounts.RestoreDays = 0);
        var bob = await world.Bob;
        var post = await bob.UploadAndPostAsync();
        await world.Get<AccountTable>().DeleteAsync(bob.Id, TimeSpan.Zero, default);

        await World.Until(async () => await world.Get<IObjectStore>().ListAsync($"photos/{bob.Id}", default).CountAsync() == 0, "the objects are gone");

        Assert.Null(await world.Get<PostTable>().FindAsync(PostId.Parse(post.Id())));
    }

    private static Task SweepAsync(World world) => world.Get<SweepPhotos>().RunAsync(new PhotoSweepDue(default), default);

    /// <summary>What an upload leaves that dies before its row is written.</summary>
    private static async Task<ObjectKey> OrphanAsync(World world, PersonInWorld owner)
    {
        var key = PhotoKeys.Original(PhotoKeys.NewPrefix(owner.Id, isAvatar: false));
        using var staged = await StageAsync(world);
        await world.Get<IObjectStore>().KeepAsync(staged, key, default);
        return key;
    }

    private static async Task<StagedObject> StageAsync(World world)
    {
        using var body = new MemoryStream(Samples.Jpeg());
        return (await world.Get<IObjectStore>().Staging.StageAsync(body, 1_000_000, default))!;
    }
}
