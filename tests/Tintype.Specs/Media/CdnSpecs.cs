using Tintype.Specs.Upload;
using Xunit;

namespace Tintype.Specs.Media;

public sealed class CdnSpecs(CdnSpecs.BehindCdn on) : IClassFixture<CdnSpecs.BehindCdn>
{
    private const string Cdn = "https://cdn.example.org";

    [Fact]
    public async Task A_public_photo_has_its_address_at_the_cdn_which_finds_it_here()
    {
        var alice = await on.World.Alice;
        var status = await alice.UploadAndPostAsync();
        var url = status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!;

        using var page = await on.World.Stranger.GetAsync($"/@alice/{status.Id()}");
        var html = await page.Content.ReadAsStringAsync();

        Assert.StartsWith($"{Cdn}/media/", url, StringComparison.Ordinal);
        Assert.StartsWith($"{Cdn}/avatars/", status.GetProperty("account").GetProperty("avatar").GetString(), StringComparison.Ordinal);
        Assert.Contains($"src=\"{Cdn}/media/", html, StringComparison.Ordinal);
        Assert.Contains($"\"og:image\" content=\"{Cdn}/media/", html, StringComparison.Ordinal);
        Assert.Contains($"img-src 'self' data: blob: {Cdn};", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var fetched = await on.World.Stranger.GetAsync(url[Cdn.Length..]);
        Assert.True(fetched.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_private_accounts_photo_stays_here()
    {
        var eve = await on.World.PersonAsync("eve", isPrivate: true);

        var url = (await eve.UploadAndPostAsync()).GetProperty("media_attachments")[0].GetProperty("url").GetString()!;

        Assert.StartsWith($"{on.World.Url}/media/", url, StringComparison.Ordinal);
        Assert.Contains("&s=", url, StringComparison.Ordinal);
        Assert.DoesNotContain(Cdn, await eve.Http.GetStringAsync("/@eve"), StringComparison.Ordinal);
    }

    public sealed class BehindCdn : IAsyncLifetime
    {
        public World World { get; } = new() { Adjust = settings => settings.Objects.CdnUrl = Cdn + "/" };

        public ValueTask InitializeAsync() => World.InitializeAsync();

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
