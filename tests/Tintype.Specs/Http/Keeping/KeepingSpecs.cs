using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Http.OpenApi;
using Tintype.Specs.Architecture;
using Xunit;

namespace Tintype.Specs.Http.Keeping;

/// <summary>
/// Who may keep the answer of each endpoint (<see cref="KeepingTable"/>), asked of the app itself: as a stranger, as somebody with a
/// dead cookie, as somebody signed in.
/// </summary>
public sealed class KeepingSpecs(KeepingWorld asked) : IClassFixture<KeepingWorld>
{
    private World World => asked.World;

    [Fact]
    public void Every_endpoint_stands_in_the_table_and_nothing_else_does()
    {
        var routes = World.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Where(method => method != HttpMethods.Head)
                .Select(method => $"{method} {ApiCatalogue.Normal(endpoint.RoutePattern.RawText!)}"))
            .Distinct().ToList();
        var lines = KeepingTable.Lines.Select(line => $"{line.Method} {line.Path}").ToList();

        House.Hold("A new route says who may keep its answers: give it a line in KeepingTable.", routes.Except(lines));
        House.Hold("A line of KeepingTable whose route is gone.", lines.Except(routes));
    }

    [Fact]
    public Task What_strangers_see_is_kept_and_tagged_and_varies_by_who_asks() => HoldAsync("strangers", World.Stranger, async (_, response) =>
        response.StatusCode == HttpStatusCode.OK
        && Says(response, Keep.Strangers(new ProxySettings()))
        && response.Headers.ETag is not null
        && Varies(response)
        && await IsFreeOfThePersonAsync(response));

    [Fact]
    public Task What_strangers_saw_and_still_is_the_same_costs_no_body() => HoldAsync("strangers", World.Stranger, async (path, response) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var again = await World.Stranger.SendAsync(request);
        return again.StatusCode == HttpStatusCode.NotModified && Says(again, Keep.Strangers(new ProxySettings())) && Varies(again);
    });

    [Fact]
    public Task What_strangers_see_is_not_what_the_signed_in_are_given_to_keep() => HoldAsync("strangers", asked.Alice.Http, response =>
        response.StatusCode == HttpStatusCode.OK && IsPrivate(response));

    [Fact]
    public Task What_everybody_sees_is_kept_whoever_asked_first() => HoldAsync("everybody", asked.Alice.Http, async (_, response) =>
        response.StatusCode == HttpStatusCode.OK && Says(response, Keep.Everybody) && await IsFreeOfThePersonAsync(response));

    [Theory]
    [InlineData("strangers")]
    [InlineData("everybody")]
    public Task What_is_kept_of_the_API_may_be_read_by_pages_of_other_sites_whoever_asked_first(string keeping) => HoldAsync(keeping, World.Stranger, (path, response) => Task.FromResult(
        !ApiPaths.IsOpen(path.Split('?')[0]) || path.StartsWith("/api/docs", StringComparison.Ordinal)
        || (response.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins) && origins.SequenceEqual(["*"]) && response.Headers.Contains("Access-Control-Expose-Headers"))));

    [Fact]
    public Task What_an_address_names_is_kept_for_ever() => HoldAsync("forever", World.Stranger, async (_, response) =>
        response.StatusCode == HttpStatusCode.OK && (Says(response, Keep.ForEver) || Says(response, Keep.Picture(new ProxySettings()))) && await IsFreeOfThePersonAsync(response));

    [Fact]
    public Task A_page_with_a_form_is_in_no_shared_cache() => HoldAsync("form", World.Stranger, response =>
        response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found or HttpStatusCode.BadRequest && IsPrivate(response));

    [Fact]
    public async Task What_is_ones_own_is_in_no_shared_cache_nor_is_the_way_to_log_in()
    {
        await HoldAsync("own", asked.Alice.Http, IsPrivate);
        await HoldAsync("own", World.Stranger, response => response.StatusCode != HttpStatusCode.OK && IsPrivate(response));
    }

    [Fact]
    public Task What_nobody_keeps_says_so() => HoldAsync("nobody", World.Stranger, response => Says(response, Keep.Nobody));

    [Theory]
    [InlineData("/@nobody_is_called_so")]
    [InlineData("/api/v1/accounts/1")]
    [InlineData("/media/1-x/640.jpg")]
    [InlineData("/nowhere")]
    [InlineData("/api/v1/nowhere")]
    public async Task What_is_not_there_is_asked_for_again(string path)
    {
        using var response = await World.Stranger.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.True(Says(response, Keep.Nobody));
    }

    [Theory]
    [InlineData("/@secretive")]
    [InlineData("/@secretive/followers")]
    [InlineData("/@secretive/following")]
    [InlineData("/api/v1/accounts/{0}")]
    [InlineData("/api/v1/accounts/lookup?acct=secretive")]
    [InlineData("/api/v1/accounts/{0}/statuses")]
    [InlineData("/api/v1/accounts/{0}/followers")]
    [InlineData("/api/v1/accounts/{0}/following")]
    public async Task What_is_about_a_private_account_is_kept_by_nobody(string path)
    {
        var secretive = await World.PersonAsync("secretive", isPrivate: true);

        using var response = await World.Stranger.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, secretive.Id));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(Says(response, Keep.Nobody));
    }

    [Fact]
    public async Task An_answer_that_takes_a_cookie_away_is_in_no_shared_cache()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/explore") { Headers = { { "Cookie", "tintype_notice=saved" } } };

        using var response = await World.Stranger.SendAsync(request);

        Assert.True(response.Headers.Contains("Set-Cookie"));
        Assert.True(IsPrivate(response));
    }

    private Task HoldAsync(string keeping, HttpClient asker, Func<HttpResponseMessage, bool> holds) =>
        HoldAsync(keeping, asker, (_, response) => Task.FromResult(holds(response)));

    private async Task HoldAsync(string keeping, HttpClient asker, Func<string, HttpResponseMessage, Task<bool>> holds)
    {
        var broken = new List<string>();
        foreach (var line in KeepingTable.Lines.Where(line => line.Keeping == keeping))
        {
            var path = asked.Address(line);
            using var request = new HttpRequestMessage(new HttpMethod(line.Method), path);
            using var response = await asker.SendAsync(request);
            if (!await holds(path, response))
            {
                broken.Add($"{line.Method} {path}: {(int)response.StatusCode}, {string.Join("; ", response.Headers.NonValidated.Select(header => $"{header.Key}: {header.Value}"))}");
            }
        }
        House.Hold($"The table says \"{keeping}\".", broken);
    }

    private static bool Says(HttpResponseMessage response, string caching) => response.Headers.NonValidated.TryGetValues("Cache-Control", out var said) && said.ToString() == caching;

    private static bool IsPrivate(HttpResponseMessage response) => response.Headers.CacheControl is { Private: true, Public: false } && response.Headers.CacheControl is { NoStore: true } or { NoCache: true };

    /// <summary>On one line: there are proxies that read the last one only.</summary>
    private static bool Varies(HttpResponseMessage response) =>
        response.Headers.NonValidated["Vary"].Count == 1 && new[] { "Authorization", "Cookie", "X-Fragment", "Accept-Encoding" }.All(response.Headers.Vary.Contains);

    private static async Task<bool> IsFreeOfThePersonAsync(HttpResponseMessage response) =>
        !response.Headers.Contains("Set-Cookie") && !(await response.Content.ReadAsStringAsync()).Contains("__RequestVerificationToken", StringComparison.Ordinal);
}
