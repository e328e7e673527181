using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Xunit;

namespace Tintype.Specs.Web;

/// <summary>docs/web.md, held: whatever form or link a page shows, some slice answers it.</summary>
public sealed partial class ContractSpecs(Gallery gallery, World world) : IClassFixture<Gallery>, IClassFixture<World>
{
    [Fact]
    public async Task Every_form_and_every_link_of_every_page_has_an_endpoint()
    {
        using var http = new HttpClient { BaseAddress = new Uri(gallery.Url) };
        var endpoints = world.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var unanswered = new SortedSet<string>();
        foreach (var name in GalleryPages.All.Keys)
        {
            var html = await http.GetStringAsync($"/show/{name}");
            foreach (var (method, path) in Posts().Matches(html).Select(match => ("POST", match.Groups[1].Value))
                .Concat(Links().Matches(html).Select(match => ("GET", match.Groups[1].Value))))
            {
                var local = WebUtility.HtmlDecode(path).Split('?', '#')[0];
                if (local.StartsWith('/') && !local.StartsWith("/show/", StringComparison.Ordinal) && !endpoints.Any(endpoint => Answers(endpoint, method, local)))
                {
                    unanswered.Add($"{method} {local} ({name})");
                }
            }
        }
        Assert.Empty(unanswered);
    }

    private static bool Answers(RouteEndpoint endpoint, string method, string path) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) != false
        && new TemplateMatcher(TemplateParser.Parse(endpoint.RoutePattern.RawText!), []).TryMatch(path, []);

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]+)\"")]
    private static partial Regex Posts();

    [GeneratedRegex("<(?:a|link)\\b[^>]*? href=\"([^\"]+)\"")]
    private static partial Regex Links();
}
