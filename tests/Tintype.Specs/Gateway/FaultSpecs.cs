using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Tintype.Specs.Gateway;

public sealed class FaultSpecs
{
    private const string Home = "/api/v1/timelines/home";

    [Fact]
    public async Task A_killed_instance_costs_no_read()
    {
        await using var cluster = await StubCluster.StartAsync();
        var load = Enumerable.Range(0, 8).Select(async reader =>
        {
            var failed = new List<string>();
            for (var round = 0; round < 100; round++)
            {
                if (await cluster.WhoAnswersAsync(Home, $"reader-{reader}-{round}") is var who && !who.StartsWith("feed-", StringComparison.Ordinal))
                {
                    failed.Add(who);
                }
            }
            return failed;
        }).ToList();
        await World.Until(() => Task.FromResult(cluster.Feeds.All(feed => feed.Requests.Count > 20)), "both are at work");

        await cluster.Feeds[0].KillAsync();

        Assert.Empty((await Task.WhenAll(load)).SelectMany(failed => failed));
    }

    [Fact]
    public async Task A_write_goes_elsewhere_when_nothing_of_it_was_sent()
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.Gateway.ProbeSeconds = 60);
        await cluster.AddAsync("interactions", "interactions-2");
        await cluster.WritePoolsAsync();
        await World.Until(async () => (await cluster.Http.GetStringAsync("/healthz/ready")).Contains("interactions: 2 of 2", StringComparison.Ordinal), "the pools are read again");
        await cluster["interactions"].KillAsync();

        for (var n = 0; n < 20; n++)
        {
            using var answer = await cluster.Http.PostAsync("/api/v1/markers", new StringContent("{}"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.Equal(20, cluster.Stubs.Single(stub => stub.Name == "interactions-2").Requests.Count);
    }

    [Fact]
    public async Task A_write_that_an_instance_took_and_broke_off_is_not_sent_again()
    {
        await using var cluster = await StubCluster.StartAsync();
        await cluster.AddAsync("interactions", "interactions-2");
        await cluster.WritePoolsAsync();
        await World.Until(async () => (await cluster.Http.GetStringAsync("/healthz/ready")).Contains("interactions: 2 of 2", StringComparison.Ordinal), "the pools are read again");
        foreach (var stub in cluster.Stubs.Where(stub => stub.Role == "interactions"))
        {
            stub.Answer = async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                context.Abort();
            };
        }

        using var answer = await cluster.Http.PostAsync("/api/v1/markers", new StringContent("{}"));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Single(cluster.Stubs.Where(stub => stub.Role == "interactions").SelectMany(stub => stub.Requests));
    }

    [Fact]
    public async Task A_read_that_gets_no_answer_in_time_is_asked_elsewhere_and_the_breaker_opens()
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.Gateway.PatienceSeconds = 0.3);
        var hangs = new TaskCompletionSource();
        cluster.Feeds[0].Answer = _ => hangs.Task; // It takes connections and says that it is ready: as a deadlocked process would.

        var watch = Stopwatch.StartNew();
        for (var n = 0; n < 40; n++)
        {
            Assert.Equal("feed-2", await cluster.WhoAnswersAsync(Home, $"reader-{n}"));
        }

        // It is asked once more ten seconds after it was given up, should the machine be so slow.
        Assert.InRange(cluster.Feeds[0].Requests.Count, 5, 5 + (int)(watch.Elapsed / TimeSpan.FromSeconds(10)));
        Assert.True(cluster.Log.Says(cluster.Feeds[0].Url, "no answer in time"));
        hangs.SetResult();
    }

    [Fact]
    public async Task Where_all_instances_are_slow_one_goes_on_being_asked()
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.Gateway.PatienceSeconds = 0.1);
        foreach (var feed in cluster.Feeds)
        {
            feed.Answer = async context =>
            {
                await Task.Delay(300, context.RequestAborted);
                await context.Response.WriteAsync(feed.Name);
            };
        }

        for (var n = 0; n < 20; n++)
        {
            Assert.StartsWith("feed-", await cluster.WhoAnswersAsync(Home, $"reader-{n}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_instance_that_is_not_ready_gets_nothing_until_it_is()
    {
        await using var cluster = await StubCluster.StartAsync();
        cluster.Feeds[0].IsReady = false;
        await World.Until(async () => (await cluster.Http.GetStringAsync("/healthz/ready")).Contains("feed: 1 of 2", StringComparison.Ordinal), "one is out");
        for (var n = 0; n < 20; n++)
        {
            Assert.Equal("feed-2", await cluster.WhoAnswersAsync(Home, $"reader-{n}"));
        }

        var reader = 0;
        cluster.Feeds[0].IsReady = true;

        await World.Until(async () => await cluster.WhoAnswersAsync(Home, $"reader-{reader++}") == "feed-1", "it is back");
    }

    [Fact]
    public async Task With_nobody_there_people_get_a_page_and_apps_json_and_both_are_told_when_to_come_back()
    {
        await using var cluster = await StubCluster.StartAsync();
        await cluster["friends"].KillAsync();
        await World.Until(async () => (await cluster.Http.GetStringAsync("/healthz/ready")).Contains("friends: 0 of 1", StringComparison.Ordinal), "it is out");

        using var page = await cluster.Http.GetAsync("/explore");
        using var json = await cluster.Http.GetAsync("/api/v2/search?q=x");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (page.StatusCode, json.StatusCode));
        Assert.Equal(("2", "2"), (page.Headers.GetValues("Retry-After").Single(), json.Headers.GetValues("Retry-After").Single()));
        Assert.Contains("Back in a moment", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("\"error\"", await json.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await cluster.Http.GetAsync("/@alice")).StatusCode);
    }

    [Fact]
    public async Task A_download_that_breaks_off_midway_is_seen_to_be_broken()
    {
        await using var cluster = await StubCluster.StartAsync();
        cluster["media"].Answer = async context =>
        {
            context.Response.ContentLength = 1_000_000;
            await context.Response.Body.WriteAsync(new byte[1000]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.Http.GetByteArrayAsync("/media/1-abc/640.webp"));
    }
}
