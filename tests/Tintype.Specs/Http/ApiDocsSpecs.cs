using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tintype.Http;
using Tintype.Http.OpenApi;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class ApiDocsSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public void Every_endpoint_for_apps_is_in_the_catalogue_and_nothing_else_is()
    {
        var routes = world.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Path: ApiCatalogue.Normal(endpoint.RoutePattern.RawText ?? ""), Methods: endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            .Where(route => ApiPaths.IsApi(route.Path) && !route.Path.StartsWith("/api/docs", StringComparison.Ordinal))
            .SelectMany(route => route.Methods.Where(method => method != HttpMethods.Head).Select(method => $"{method} {route.Path}"))
            .Distinct().Order().ToList();

        var described = ApiCatalogue.All.Select(line => $"{line.Method} {line.Path}").ToList();
        Assert.Empty(routes.Except(described));
        Assert.Empty(described.Except(routes));
    }

    [Fact]
    public async Task The_document_tells_what_a_status_is_and_which_scope_posting_needs()
    {
        var document = await world.Stranger.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        var post = document.GetProperty("paths").GetProperty("/api/v1/statuses").GetProperty("post");
        Assert.Contains("write:statuses", post.GetProperty("description").GetString());
        Assert.EndsWith("/Status", post.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        var status = document.GetProperty("components").GetProperty("schemas").GetProperty("Status").GetProperty("properties");
        Assert.Equal("string", status.GetProperty("id").GetProperty("type").GetString());
        Assert.True(status.TryGetProperty("media_attachments", out _));
    }

    [Fact]
    public async Task The_reader_of_the_document_comes_from_here_alone()
    {
        using var page = await world.Stranger.GetAsync("/api/docs");
        var html = await page.Content.ReadAsStringAsync();
        using var script = await world.Stranger.GetAsync("/api/docs/scalar.js");

        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal));
        Assert.StartsWith("default-src 'self';", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        Assert.Contains("createApiReference", await script.Content.ReadAsStringAsync());
    }
}
