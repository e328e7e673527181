using Tintype.Specs.Upload.Pictures;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Upload;
using Xunit;

namespace Tintype.Specs.Upload;

public sealed class ImportSpecs(World world) : IClassFixture<World>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tintype-import-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_photo_becomes_a_live_post_with_its_own_date()
    {
        var alice = await world.Alice;

        var posted = Assert.IsType<Imported.Posted>(await ImportAsync(alice, Samples.CameraJpeg()));

        var status = await alice.GetAsync($"/api/v1/statuses/{posted.Post}");
        Assert.Equal("2021-07-04T16:30:05.000Z", status.GetProperty("taken_at").GetString());
        Assert.NotNull(status.GetProperty("media_attachments")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task What_is_posted_already_is_not_posted_again()
    {
        var bob = await world.Bob;
        var bytes = Samples.Jpeg();
        await ImportAsync(bob, bytes);

        Assert.IsType<Imported.There>(await ImportAsync(bob, bytes));
        Assert.IsType<Imported.Posted>(await ImportAsync(await world.Carol, bytes));
    }

    [Fact]
    public async Task A_photo_whose_import_broke_off_is_taken_up_where_it_was()
    {
        var carol = await world.Carol;
        var bytes = Samples.Jpeg();
        var photo = await carol.UploadAsync(bytes);

        var posted = Assert.IsType<Imported.Posted>(await ImportAsync(carol, bytes));

        var row = await world.Get<MediaTable>().FindAsync(MediaId.Parse(photo));
        var again = (await world.Get<MediaTable>().OfPostsAsync([posted.Post])).Single();
        Assert.Equal(row!.RenditionPrefix, again.RenditionPrefix);
    }

    [Fact]
    public async Task What_is_no_photo_or_cannot_be_decoded_is_refused_with_the_reason()
    {
        var dave = await world.Dave;
        var broken = Samples.Png();
        Random.Shared.NextBytes(broken.AsSpan(500));

        Assert.Contains("not a photo", Assert.IsType<Imported.Refused>(await ImportAsync(dave, "some notes about the journey"u8.ToArray())).Reason, StringComparison.Ordinal);
        Assert.StartsWith("The file is ", Assert.IsType<Imported.Refused>(await ImportAsync(dave, broken)).Reason, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.IsType<Imported.Refused>(await ImportAsync(dave, [])).Reason, StringComparison.Ordinal);
    }

    private async Task<Imported> ImportAsync(PersonInWorld owner, byte[] bytes)
    {
        var path = Path.Combine(folder, Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, bytes);
        return await world.Get<PhotoImport>().ImportAsync(path, owner.Id, default);
    }
}
