using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tintype.Specs.Accounts;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class RateLimitSpecs
{
    [Fact]
    public async Task Answers_say_how_much_is_left_and_beyond_it_when_to_come_back()
    {
        await using var world = await World.StartAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.Requests = 3; });

        for (var left = 2; left >= 0; left--)
        {
            using var answer = await world.Stranger.GetAsync("/api/v1/custom_emojis");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(("3", $"{left}"), (answer.Headers.GetValues("X-RateLimit-Limit").Single(), answer.Headers.GetValues("X-RateLimit-Remaining").Single()));
            Assert.True(DateTimeOffset.TryParse(answer.Headers.GetValues("X-RateLimit-Reset").Single(), out _));
        }
        using var refused = await world.Stranger.GetAsync("/api/v1/custom_emojis");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Contains("Too many requests", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Answers_that_begin_anew_say_it_too()
    {
        await using var world = await World.StartAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.Requests = 3; });

        using var answer = await world.Stranger.GetAsync("/api/v1/nothing_of_this_name");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(("3", "2"), (answer.Headers.GetValues("X-RateLimit-Limit").Single(), answer.Headers.GetValues("X-RateLimit-Remaining").Single()));
        Assert.True(DateTimeOffset.TryParse(answer.Headers.GetValues("X-RateLimit-Reset").Single(), out _));
    }

    [Fact]
    public async Task Each_account_has_its_own_allowance_and_pages_are_not_counted()
    {
        await using var world = await World.StartAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.Requests = 2; });
        var (alice, bob) = (await world.Alice, await world.Bob);
        await alice.GetAsync("/api/v1/preferences");
        await alice.GetAsync("/api/v1/preferences");

        Assert.Equal(HttpStatusCode.TooManyRequests, await alice.StatusOfGetAsync("/api/v1/preferences"));
        Assert.Equal(HttpStatusCode.OK, await bob.StatusOfGetAsync("/api/v1/preferences"));
        Assert.Equal(HttpStatusCode.OK, await alice.StatusOfGetAsync("/healthz/live"));
    }

    [Fact]
    public async Task Few_accounts_come_from_one_address_in_half_an_hour_but_mistakes_are_free()
    {
        await using var world = await World.StartAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.SignUps = 2; });
        using var visitor = new Visitor(world);
        await visitor.SignUpAsync("one");
        for (var mistake = 0; mistake < 5; mistake++)
        {
            using var clumsy = new Visitor(world);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await clumsy.SignUpAsync("one")).Status);
        }
        using var second = new Visitor(world);
        using var third = new Visitor(world);

        Assert.Equal(HttpStatusCode.SeeOther, (await second.SignUpAsync("two")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await third.SignUpAsync("three")).Status);
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("10.0.0.0/8", HttpStatusCode.TooManyRequests)]
    public async Task A_forwarded_address_is_believed_from_a_named_proxy_only(string trusted, HttpStatusCode second)
    {
        await using var world = await World.StartAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.Requests = 1; settings.TrustedProxies = [trusted]; });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("203.0.113.1"));
        Assert.Equal(second, await StatusAsync("203.0.113.2"));

        async Task<HttpStatusCode> StatusAsync(string from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/custom_emojis") { Headers = { { "X-Forwarded-For", from } } };
            using var answer = await world.Stranger.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_preflight_of_another_site_is_answered_for_every_header_that_clients_send()
    {
        await using var world = await World.StartAsync(null);
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/accounts/update_credentials")
        {
            Headers = { { "Origin", "https://elsewhere.example" }, { "Access-Control-Request-Method", "PATCH" }, { "Access-Control-Request-Headers", "authorization,content-type,idempotency-key" } },
        };

        using var answer = await world.Stranger.SendAsync(request);

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("PATCH", answer.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }
}
