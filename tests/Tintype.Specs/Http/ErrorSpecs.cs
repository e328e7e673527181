using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class ErrorSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task An_unknown_api_route_answers_json_that_clients_understand()
    {
        using var answer = await world.Stranger.GetAsync("/api/v1/no-such-thing");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"error":"Record not found"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_went_wrong_has_a_name_to_ask_for_it_by_and_what_went_well_needs_none()
    {
        using var first = await world.Stranger.GetAsync("/api/v1/no-such-thing");
        using var second = await world.Stranger.GetAsync("/no-such-page");
        using var well = await world.Stranger.GetAsync("/api/v2/instance");

        Assert.NotEqual(Assert.Single(first.Headers.GetValues(RequestIds.Header)), Assert.Single(second.Headers.GetValues(RequestIds.Header)));
        Assert.False(well.Headers.Contains(RequestIds.Header));
    }

    [Fact]
    public async Task A_database_that_rests_or_whose_line_does_not_move_tells_who_asks_to_come_back()
    {
        var context = new DefaultHttpContext { RequestServices = world.Services, Request = { Method = "GET", Path = "/api/v1/timelines/home" }, Response = { Body = new MemoryStream() } };

        await new ErrorAnswers(_ => throw new DatabaseRestsException("the cellar", new TimeoutException()), NullLogger<ErrorAnswers>.Instance).InvokeAsync(context);

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.Equal("5", context.Response.Headers.RetryAfter);
        context.Response.Body.Position = 0;
        Assert.Contains("try again in a few seconds", await new StreamReader(context.Response.Body).ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", StatusCodes.Status503ServiceUnavailable)]
    [InlineData("POST", StatusCodes.Status500InternalServerError)]
    public async Task A_read_that_a_busy_database_was_too_slow_for_may_be_asked_again_and_of_a_write_nobody_knows(string method, int status)
    {
        var context = new DefaultHttpContext { RequestServices = world.Services, Request = { Method = method, Path = "/api/v1/statuses" }, Response = { Body = new MemoryStream() } };

        await new ErrorAnswers(_ => throw new NpgsqlException("no connection to spare", new TimeoutException()), NullLogger<ErrorAnswers>.Instance).InvokeAsync(context);

        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(status == StatusCodes.Status503ServiceUnavailable, context.Response.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task A_web_page_of_another_site_may_read_an_api_error()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/no-such-thing") { Headers = { { "Origin", "https://elsewhere.example" } } };

        using var answer = await world.Stranger.SendAsync(request);

        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_is_refused()
    {
        using var answer = await world.Stranger.PostAsync("/login", new FormUrlEncodedContent([]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_status_sends_every_key_that_clients_need()
    {
        var author = await world.PersonAsync("oneposter");
        var post = await world.PostAsync(author, "Golden hour #light with @nobody <b>");

        var status = await world.Get<Statuses>().FindAsync(post, author.Id);
        var json = System.Text.Json.JsonSerializer.SerializeToElement(status, Tintype.Http.ApiJson.Options);

        Assert.Equal(post.ToString(), json.GetProperty("id").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", json.GetProperty("created_at").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("in_reply_to_id").ValueKind);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("reblog").ValueKind);
        Assert.Equal($"""<p>Golden hour <a href="{world.Url}/tags/light" class="mention hashtag" rel="tag">#<span>light</span></a> with @nobody &lt;b&gt;</p>""", json.GetProperty("content").GetString());
        Assert.Equal(1200, json.GetProperty("media_attachments")[0].GetProperty("meta").GetProperty("original").GetProperty("width").GetInt32());
        Assert.Equal(1, json.GetProperty("account").GetProperty("statuses_count").GetInt32());
        Assert.False(json.TryGetProperty("text", out _));
    }

    [Theory]
    [InlineData("{ not json", HttpStatusCode.BadRequest)]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}""", HttpStatusCode.BadRequest)]
    [InlineData("one megabyte and more", HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_that_cannot_be_read_says_so(string body, HttpStatusCode expected)
    {
        var json = body.StartsWith('{') ? body : $"{{\"client_name\":\"{new string('x', 1_100_000)}\"}}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/apps") { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.ExpectContinue = true; // A refused body is not read: who sends it unasked may find the connection closed before the answer.

        using var answer = await world.Stranger.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"error\":", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=1000000")]
    [InlineData("limit=x&limit=3")]
    [InlineData("max_id=0")]
    [InlineData("max_id=x")]
    [InlineData("max_id=99999999999999999999")]
    [InlineData("since_id=-5&min_id=%00")]
    public async Task Odd_paging_is_clamped_or_taken_as_absent(string query)
    {
        var alice = await world.Alice;
        var post = await world.PostAsync(alice);
        await world.JobsDone();

        foreach (var list in new[] { "/api/v1/timelines/home", "/api/v1/timelines/public", $"/api/v1/accounts/{alice.Id}/statuses", $"/api/v1/accounts/{alice.Id}/followers", "/api/v1/notifications", "/api/v1/favourites", "/api/v1/bookmarks" })
        {
            Assert.Equal(HttpStatusCode.OK, await alice.StatusOfGetAsync($"{list}?{query}"));
        }
        var ids = (await alice.GetAsync($"/api/v1/timelines/home?{query}")).EnumerateArray().Select(status => status.GetProperty("id").GetString());
        Assert.Contains(post.ToString(), ids);
    }
}
