using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Yarp.ReverseProxy;

namespace Tintype.Specs.Gateway;

public sealed class BalancingSpecs
{
    private const string Home = "/api/v1/timelines/home";

    [Fact]
    public async Task A_reader_stays_on_one_feed_instance()
    {
        await using var cluster = await StubCluster.StartAsync();

        var first = await WhereAsync(cluster, 60);

        Assert.Equal(first, await WhereAsync(cluster, 60));
        Assert.All(["feed-1", "feed-2"], name => Assert.True(first.Count(who => who == name) >= 10, $"{name} has readers"));
    }

    [Fact]
    public async Task Two_gateways_choose_alike()
    {
        await using var cluster = await StubCluster.StartAsync();
        await using var beside = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"], settings =>
        {
            settings.Roles = Roles.Gateway;
            settings.DrainSeconds = 0;
            settings.Gateway.Instances = cluster.Pools.ToDictionary(pool => pool.Role, pool => string.Join(',', pool.Instances));
        });
        await beside.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(beside.Urls.First()) };

        for (var reader = 0; reader < 40; reader++)
        {
            using var request = StubCluster.Get(Home, $"reader-{reader}");
            using var answer = await http.SendAsync(request);
            Assert.Equal(await cluster.WhoAnswersAsync(Home, $"reader-{reader}"), answer.Headers.GetValues("X-Instance").Single());
        }
        await beside.StopAsync();
    }

    [Fact]
    public async Task One_instance_more_takes_only_its_share_of_readers()
    {
        await using var cluster = await StubCluster.StartAsync();
        var before = await WhereAsync(cluster, 120);

        await cluster.AddAsync("feed", "feed-3");
        await cluster.WritePoolsAsync();
        await World.Until(async () => (await cluster.Http.GetStringAsync("/healthz/ready")).Contains("feed: 3 of 3", StringComparison.Ordinal), "the third is in");
        var after = await WhereAsync(cluster, 120);

        var moved = before.Zip(after).Where(pair => pair.First != pair.Second).ToList();
        Assert.All(moved, pair => Assert.Equal("feed-3", pair.Second));
        Assert.InRange(moved.Count, 20, 60); // A third of 120, give or take.
    }

    [Fact]
    public async Task A_readers_session_cookie_is_as_good_as_a_token()
    {
        await using var cluster = await StubCluster.StartAsync();
        var seen = new HashSet<string>();
        for (var n = 0; n < 20; n++)
        {
            using var request = StubCluster.Get("/");
            request.Headers.Add("Cookie", "tintype_session=the-same");
            using var answer = await cluster.Http.SendAsync(request);
            seen.Add(answer.Headers.GetValues("X-Instance").Single());
        }

        Assert.Single(seen);
    }

    [Fact]
    public async Task Strangers_and_other_pools_are_spread_over_those_with_less_to_do()
    {
        await using var cluster = await StubCluster.StartAsync();
        var busy = new TaskCompletionSource();
        cluster.Feeds[0].Answer = _ => busy.Task;
        Task held;
        do
        {
            held = cluster.Http.GetAsync("/"); // Of two with nothing to do chance takes one.
            await World.Until(() => Task.FromResult(held.IsCompleted || !cluster.Feeds[0].Requests.IsEmpty), "it has arrived");
            await UnderWayAsync(cluster, cluster.Feeds[0].Requests.Count);
        }
        while (cluster.Feeds[0].Requests.IsEmpty);

        for (var n = 0; n < 20; n++)
        {
            await cluster.Http.GetAsync("/");
            await UnderWayAsync(cluster, 1);
        }

        Assert.Single(cluster.Feeds[0].Requests); // Of two that are compared, the one with requests under way is never taken.
        busy.SetResult();
        await held;
    }

    [Fact]
    public async Task New_pools_are_taken_into_use_and_bad_ones_are_not()
    {
        await using var cluster = await StubCluster.StartAsync();

        await File.WriteAllTextAsync(cluster.PoolsFile, """{ "feed": ["no address"] }""");
        await World.Until(() => Task.FromResult(cluster.Log.Says("the pools stay as they are", "'no address' of 'feed'")), "the log says why");
        Assert.StartsWith("feed-", await cluster.WhoAnswersAsync(Home));

        await File.WriteAllTextAsync(cluster.PoolsFile, $$"""{ "feed,friends": ["{{cluster.Feeds[1].Url}}"] }""");
        await World.Until(async () => await cluster.WhoAnswersAsync("/explore") == "feed-2", "the new pools are in use");
        Assert.Equal("503", await cluster.WhoAnswersAsync("/login")); // No pool any more.

        File.Delete(cluster.PoolsFile);
        await World.Until(() => Task.FromResult(cluster.Log.Says("the pools stay as they are", "Could not find")), "the log says that the file is gone");
        Assert.Equal("feed-2", await cluster.WhoAnswersAsync("/explore"));
    }

    // A client has its answer a moment before the gateway counts the request as done.
    private static Task UnderWayAsync(StubCluster cluster, int requests) => World.Until(() => Task.FromResult(requests == cluster.Services.GetRequiredService<IProxyStateLookup>()
        .GetClusters().SelectMany(pool => pool.Destinations.Values).Sum(instance => instance.ConcurrentRequestCount)), $"{requests} under way");

    private static async Task<List<string>> WhereAsync(StubCluster cluster, int readers)
    {
        var names = new List<string>();
        for (var reader = 0; reader < readers; reader++)
        {
            names.Add(await cluster.WhoAnswersAsync(Home, $"reader-{reader}"));
        }
        return names;
    }
}
