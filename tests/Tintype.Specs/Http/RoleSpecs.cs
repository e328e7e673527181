using System.Net;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Gateway;
using Tintype.Specs.Gateway;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Jobs;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class RoleSpecs
{
    public static TheoryData<string> Names => [.. Roles.All.Select(role => role.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_role_alone_answers_its_own_routes_and_says_whose_the_others_are(string name)
    {
        await using var world = await World.StartAsync(settings => settings.Roles = name);
        var person = await world.Alice;
        var wrong = new List<string>();
        foreach (var route in StubCluster.Routes)
        {
            foreach (var method in route.Methods.Where(method => method is "GET" or "HEAD" || Tintype.Http.ApiPaths.IsApi(route.Pattern.RawText!)))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), StubCluster.Example(route.Pattern)) { Content = method is "GET" or "HEAD" ? null : new StringContent("{}", Encoding.UTF8, "application/json") };
                using var answer = await person.Http.SendAsync(request);
                var isElsewhere = answer.StatusCode == HttpStatusCode.NotFound && (method == "HEAD" || (await answer.Content.ReadAsStringAsync()).Contains($"does not have the role '{route.Role}'", StringComparison.Ordinal));
                var isHere = route.Role == name || IsEverywhere(route);
                if (method != "HEAD" && isElsewhere == isHere)
                {
                    wrong.Add($"{method} {request.RequestUri} of {route.Role}: {(int)answer.StatusCode}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal("ready\n", await world.Stranger.GetStringAsync("/healthz/ready"));
        Assert.Equal("ready\n", await world.Stranger.GetStringAsync($"/healthz/ready/{name}"));
        using var other = await world.Stranger.GetAsync(name == "feed" ? "/healthz/ready/media" : "/healthz/ready/feed");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, other.StatusCode);
        Assert.Contains("does not have the role", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("feed,profile", false)]
    [InlineData("upload", false)]
    [InlineData("worker", true)]
    [InlineData("all", true)]
    public async Task Only_workers_run_jobs_and_look_after_the_sweep(string roles, bool works)
    {
        await using var world = await World.StartAsync(settings => settings.Roles = roles);

        Assert.Equal(works, world.Get<IEnumerable<IHostedService>>().OfType<JobRunner>().Any());
        Assert.Single(world.Get<IEnumerable<IHostedService>>().OfType<PostgresWakeUps>());
    }

    [Fact]
    public async Task Several_roles_answer_together()
    {
        await using var world = await World.StartAsync(settings => settings.Roles = "feed, profile,web");
        var alice = await world.Alice;

        Assert.Equal(HttpStatusCode.OK, await alice.StatusOfGetAsync("/api/v1/timelines/home"));
        Assert.Equal(HttpStatusCode.OK, await alice.StatusOfGetAsync("/@alice"));
        Assert.Equal(HttpStatusCode.NotFound, await alice.StatusOfGetAsync("/explore"));
    }

    [Theory]
    [InlineData("feed,gateway", "no other role beside it")]
    [InlineData("fed", "'fed' is not a role. Roles are: all, accounts")]
    [InlineData("gateway", "nobody to forward to")]
    public async Task Roles_that_make_no_sense_say_why(string roles, string why)
    {
        var wrong = await Assert.ThrowsAsync<SettingsException>(() => TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], settings => settings.Roles = roles));

        Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_touches_no_data()
    {
        var data = Path.Combine(Path.GetTempPath(), $"tintype-none-{Environment.ProcessId}");
        await using var gateway = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], settings =>
        {
            settings.Roles = Roles.Gateway;
            settings.Data = data;
            settings.Storage.AccountsServers = settings.Storage.ContentServers = settings.Storage.SocialServers = ["Host=nowhere.invalid"];
            settings.Gateway.Instances = new() { ["feed"] = "http://127.0.0.1:9" };
        });

        Assert.False(Directory.Exists(data));
        Assert.Null(gateway.Services.GetService<Tintype.Storage.Shards.ShardMap>());
    }

    // Who shows pages shows them whole.
    private static bool IsEverywhere(RoleRoute route) => route.Role == Roles.Web && route.Pattern.RawText is "/assets/{version}/{**name}" or "/favicon.ico" or "/robots.txt" or "/sw.js";
}
