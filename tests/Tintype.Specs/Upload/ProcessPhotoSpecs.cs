using System.Net;
using Tintype.Specs.Upload.Pictures;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;
using Tintype.Upload;
using Xunit;

namespace Tintype.Specs.Upload;

public sealed class ProcessPhotoSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task Running_twice_does_no_harm()
    {
        var alice = await world.Alice;
        var status = await alice.UploadAndPostAsync();
        var photo = MediaId.Parse(status.GetProperty("media_attachments")[0].Id());
        var posts = (await world.Get<CountTable>().GetAsync([alice.Id]))[alice.Id].Posts;

        await world.Get<ProcessPhoto>().RunAsync(new PhotoUploaded(photo), default);
        await world.Get<PhotoPostTable>().CompletePhotoAsync((await world.Get<MediaTable>().FindAsync(photo))!);

        Assert.Equal(posts, (await world.Get<CountTable>().GetAsync([alice.Id]))[alice.Id].Posts);
    }

    [Fact]
    public async Task Of_photos_that_are_ready_in_the_same_moment_one_makes_the_post_live_once()
    {
        var bob = await world.Bob;
        var before = (await world.Get<CountTable>().GetAsync([bob.Id]))[bob.Id].Posts;
        var rows = new List<Photo>();
        for (var number = 0; number < 5; number++)
        {
            rows.Add(await world.Get<MediaTable>().AddAsync(Row(bob.Id), isAvatar: false, TimeSpan.FromDays(2)));
        }
        var table = world.Get<PhotoPostTable>();
        var published = Assert.IsType<Publication.Published>(await table.PublishAsync(
            new Post { AccountId = bob.Id }, [.. rows.Select(row => (row.Id, (string?)null))], key: null));
        Assert.Equal(PostState.Processing, published.Post.State);

        await Task.WhenAll(rows.Select(row => table.CompletePhotoAsync(row)));

        Assert.Equal(PostState.Live, (await world.Get<PostTable>().FindAsync(published.Post.Id))!.State);
        Assert.Equal(before + 1, (await world.Get<CountTable>().GetAsync([bob.Id]))[bob.Id].Posts);
    }

    [Fact]
    public async Task A_photo_whose_job_is_given_up_fails_visibly_and_can_be_tried_again()
    {
        var carol = await world.Carol;
        var row = await world.Get<MediaTable>().AddAsync(Row(carol.Id), isAvatar: false, TimeSpan.FromDays(2));

        await world.Get<ProcessPhoto>().GivenUpAsync(new PhotoUploaded(row.Id), default);

        var (status, why) = await carol.Http.RefusedAsync(HttpMethod.Get, $"/api/v1/media/{row.Id}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("on our side", why, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await carol.Http.PostAsync($"/api/v1/media/{row.Id}/retry", null)).StatusCode);
    }

    [Fact]
    public async Task A_photo_from_a_camera_is_served_without_what_the_camera_wrote()
    {
        var dave = await world.Dave;
        var status = await dave.UploadAndPostAsync(bytes: Samples.CameraJpeg(orientation: 6));
        var photo = status.GetProperty("media_attachments")[0];

        Assert.Equal(600, photo.GetProperty("meta").GetProperty("original").GetProperty("width").GetInt32());
        var served = await world.Stranger.GetByteArrayAsync(photo.GetProperty("url").GetString());
        Assert.Equal(["blue", "red", "green", "white"], Samples.Read(served));
        using var stream = new MemoryStream(served);
        Assert.DoesNotContain(MetadataExtractor.ImageMetadataReader.ReadMetadata(stream), directory => directory.Name.Contains("Exif", StringComparison.Ordinal) || directory.Name.Contains("GPS", StringComparison.Ordinal));
        var row = await world.Get<MediaTable>().FindAsync(MediaId.Parse(photo.Id()));
        Assert.NotNull(row!.Latitude);
        Assert.DoesNotContain("latitude\":47", status.ToString(), StringComparison.Ordinal);
    }

    private static Photo Row(AccountId owner) => new()
    {
        AccountId = owner, Secret = "00", Sha256 = Path.GetRandomFileName(), ContentType = "image/jpeg", Width = 8, Height = 6, BlurHash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
        RenditionPrefix = PhotoKeys.NewPrefix(owner, isAvatar: false), CreatedAt = TimeProvider.System.GetUtcNow(),
    };
}
