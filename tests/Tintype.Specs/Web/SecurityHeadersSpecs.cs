using Xunit;

namespace Tintype.Specs.Web;

public sealed class SecurityHeadersSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_page_loads_and_shows_nothing_from_elsewhere_and_tells_other_sites_nothing()
    {
        using var page = await world.Stranger.GetAsync("/explore");

        Assert.StartsWith("default-src 'self'; ", Said(page, "Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", Said(page, "Content-Security-Policy"));
        Assert.Equal("nosniff", Said(page, "X-Content-Type-Options"));
        Assert.Equal("same-origin", Said(page, "Referrer-Policy"));
        Assert.Equal("same-origin", Said(page, "Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", Said(page, "Permissions-Policy"));
    }

    [Theory]
    [InlineData("/api/v1/timelines/public")]
    [InlineData("/api/v1/timelines/home")]
    [InlineData("/api/v2/instance")]
    public async Task Data_is_told_to_be_nothing_else(string path)
    {
        using var data = await world.Stranger.GetAsync(path);

        Assert.Equal("application/json", data.Content.Headers.ContentType?.MediaType);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Said(data, "Content-Security-Policy"));
        Assert.Equal("nosniff", Said(data, "X-Content-Type-Options"));
        Assert.False(data.Headers.Contains("Permissions-Policy"), "only pages heed it");
    }

    private static string Said(HttpResponseMessage answer, string header) => answer.Headers.GetValues(header).Single();
}
