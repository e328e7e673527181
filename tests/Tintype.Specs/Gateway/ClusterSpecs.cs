using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Tintype.Specs.Upload;
using Xunit;

namespace Tintype.Specs.Gateway;

public sealed partial class ClusterSpecs(ClusterWorld cluster) : IClassFixture<ClusterWorld>
{
    [Fact]
    public async Task A_photo_goes_from_one_person_to_another_through_every_role()
    {
        var (alice, bob) = (await cluster.People.Alice, await cluster.People.Bob);
        await bob.PostAsync($"/api/v1/accounts/{alice.Id}/follow");
        await cluster.People.JobsDone();
        var post = await alice.UploadAndPostAsync("over many machines");
        await cluster.People.JobsDone();

        var feed = await bob.GetAsync("/api/v1/timelines/home");
        var seen = feed.EnumerateArray().Single(status => status.Id() == post.Id());
        Assert.True((await bob.PostAsync($"/api/v1/statuses/{post.Id()}/favourite")).GetProperty("favourited").GetBoolean());
        using var photo = await bob.Http.GetAsync(seen.GetProperty("media_attachments")[0].GetProperty("url").GetString());
        Assert.Equal((HttpStatusCode.OK, "image"), (photo.StatusCode, photo.Content.Headers.ContentType?.MediaType?.Split('/')[0]));
        await World.Until(async () => (await alice.GetAsync("/api/v1/notifications")).GetArrayLength() >= 2, "alice hears of the follow and the like");
    }

    [Fact]
    public async Task A_page_comes_with_everything_it_names()
    {
        await cluster.People.Alice;
        using var page = await cluster.People.Stranger.GetAsync("/@alice");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var named = Named().Matches(html).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(named);
        foreach (var asset in named)
        {
            using var answer = await cluster.People.Stranger.GetAsync(asset);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{asset}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task The_document_of_the_api_tells_of_all_of_it_whoever_answers()
    {
        var document = await cluster.People.Stranger.GetStringAsync("/openapi/v1.json");

        Assert.All(["/api/v1/timelines/home", "/api/v2/media", "/api/v1/apps", "/api/v2/search", "/api/v1/notifications"], path => Assert.Contains($"\"{path}\"", document, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_can_be_stopped_under_load_without_a_failed_request()
    {
        var carol = await cluster.People.Carol;
        await cluster.AddAsync("feed-3", settings => settings.DrainSeconds = 1);
        await cluster.AddAsync("interactions-2", settings => settings.DrainSeconds = 1);
        await cluster.WritePoolsAsync();
        await ReadyAsync("feed: 3 of 3", "interactions: 2 of 2");
        using var end = new CancellationTokenSource();
        var failed = new ConcurrentBag<string>();
        var served = 0;
        var load = Task.WhenAll(Enumerable.Range(0, 6).Select(async n =>
        {
            while (!end.IsCancellationRequested)
            {
                using var answer = n % 2 == 0
                    ? await cluster.People.Stranger.GetAsync("/")
                    : await carol.Http.PostAsync("/api/v1/markers", new FormUrlEncodedContent([KeyValuePair.Create("home[last_read_id]", "1")]));
                if (!answer.IsSuccessStatusCode)
                {
                    failed.Add($"{answer.RequestMessage!.Method} {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                }
                Interlocked.Increment(ref served);
            }
        }));
        await World.Until(() => Task.FromResult(served > 100), "load runs");

        await Task.WhenAll(cluster.StopAsync("feed-3"), cluster.StopAsync("interactions-2"));

        var then = served;
        await World.Until(() => Task.FromResult(served > then + 100), "load goes on");
        await end.CancelAsync();
        await load;
        Assert.Empty(failed);
        await cluster.WritePoolsAsync();
        await ReadyAsync("feed: 2 of 2", "interactions: 1 of 1");
    }

    [Fact]
    public async Task An_instance_believes_the_gateway_and_the_gateway_nobody()
    {
        using var direct = new HttpRequestMessage(HttpMethod.Get, $"{cluster.Url("web-1")}/metrics") { Headers = { { "X-Forwarded-For", "203.0.113.7" } } };
        using var figures = await cluster.People.Stranger.SendAsync(direct);
        using var through = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "X-Forwarded-For", "203.0.113.7" } } };
        using var own = await cluster.People.Stranger.SendAsync(through);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (figures.StatusCode, own.StatusCode)); // Loopback may read figures, 203.0.113.7 may not.
    }

    private Task ReadyAsync(params string[] says) => World.Until(async () =>
    {
        using var answer = await cluster.People.Stranger.GetAsync("/healthz/ready");
        var text = await answer.Content.ReadAsStringAsync();
        return says.All(words => text.Contains(words, StringComparison.Ordinal));
    }, string.Join(", ", says));

    [GeneratedRegex("(?:href|src)=\"(/assets/[^\"]+)\"")]
    private static partial Regex Named();
}
