using System.Net;
using Xunit;

namespace Tintype.Specs.Gateway;

public sealed class LimitSpecs
{
    [Fact]
    public async Task One_token_may_ask_so_fast_and_another_is_not_held_up()
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.Gateway.TokenRate = 2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            using var request = StubCluster.Get("/explore", "greedy");
            return await cluster.Http.SendAsync(request);
        }));

        Assert.True(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK) >= 8, "a burst passes");
        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.True(int.Parse(answer.Headers.GetValues("Retry-After").Single()) >= 1));
        Assert.Equal("friends-1", await cluster.WhoAnswersAsync("/explore", "modest"));
        Assert.Equal("friends-1", await cluster.WhoAnswersAsync("/explore"));
    }

    [Fact]
    public async Task One_address_may_ask_so_fast_whatever_it_says_about_itself()
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.Gateway.AddressRate = 2);
        var statuses = await Task.WhenAll(Enumerable.Range(0, 30).Select(async n =>
        {
            using var request = StubCluster.Get("/api/v1/timelines/public", $"token-{n}");
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{n}");
            using var answer = await cluster.Http.SendAsync(request);
            return answer.StatusCode;
        }));

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task A_pool_takes_so_many_at_once_and_the_others_do_not_notice()
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.Gateway.MostRequests = 3);
        var busy = new TaskCompletionSource();
        cluster["friends"].Answer = _ => busy.Task;
        var waiting = Enumerable.Range(0, 3).Select(_ => cluster.Http.GetAsync("/explore")).ToList();
        await World.Until(() => Task.FromResult(cluster["friends"].Requests.Count == 3), "three are inside");

        using var page = await cluster.Http.GetAsync("/explore");
        using var json = await cluster.Http.GetAsync("/api/v1/timelines/public");

        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (page.StatusCode, page.Headers.GetValues("Retry-After").Single()));
        Assert.Equal((HttpStatusCode.TooManyRequests, "application/json"), (json.StatusCode, json.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.OK, (await cluster.Http.GetAsync("/@alice")).StatusCode);
        busy.SetResult();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await cluster.Http.GetAsync("/explore")).StatusCode);
    }

    [Fact]
    public async Task The_gateway_counts_what_it_does()
    {
        await using var cluster = await StubCluster.StartAsync();
        await cluster.Http.GetAsync("/tags/counted");

        var figures = await cluster.Http.GetStringAsync("/metrics");

        Assert.Matches("""tintype_gateway_requests_total\{pool="friends",outcome="answered"\} [1-9]""", figures);
        Assert.Contains("tintype_gateway_request_seconds_bucket{pool=\"friends\"", figures, StringComparison.Ordinal);
    }
}
