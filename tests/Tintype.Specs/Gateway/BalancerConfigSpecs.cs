using System.Net;
using Tintype.Gateway;
using Tintype.Servers;
using Tintype.Specs.Architecture;
using Xunit;

namespace Tintype.Specs.Gateway;

/// <summary>The configurations for nginx and HAProxy, held against the real ones.</summary>
public sealed class BalancerConfigSpecs
{
    private const string Home = "/api/v1/timelines/home";

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public void The_file_in_deploy_is_what_the_command_makes(string balancer)
    {
        var pools = Pool.Read(House.Read("deploy/gateway/pools.json"), [.. StubCluster.Routes.Select(route => route.Role).Distinct()]);

        Assert.Equal(Text(balancer, pools, "0.0.0.0:8080", new Settings()), House.Read(balancer == "nginx" ? "deploy/gateway/nginx.conf" : "deploy/gateway/haproxy.cfg"));
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Every_route_of_every_role_reaches_an_instance_of_that_role(string balancer)
    {
        await using var cluster = await StubCluster.WithoutGatewayAsync();
        await using var server = await StartAsync(balancer, cluster);
        var wrong = new List<string>();
        foreach (var route in StubCluster.Routes)
        {
            foreach (var method in route.Methods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), StubCluster.Example(route.Pattern));
                using var answer = await server.Http.SendAsync(request);
                var role = answer.Headers.TryGetValues("X-Role", out var roles) ? roles.Single() : $"nobody ({(int)answer.StatusCode})";
                if (role != route.Role)
                {
                    wrong.Add($"{method} {request.RequestUri}: {role} instead of {route.Role}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("/healthz/ready")).StatusCode);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task A_reader_stays_and_a_dead_instance_costs_no_read(string balancer)
    {
        await using var cluster = await StubCluster.WithoutGatewayAsync();
        await using var server = await StartAsync(balancer, cluster);
        var first = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            var now = new List<string>();
            for (var reader = 0; reader < 40; reader++)
            {
                now.Add(await WhoAsync(server.Http, $"reader-{reader}"));
            }
            Assert.True(round == 0 || now.SequenceEqual(first), "each reader is where they were");
            first = now;
        }
        Assert.Equal(["feed-1", "feed-2"], first.Distinct().Order());

        await cluster.Feeds[0].KillAsync();

        for (var reader = 0; reader < 40; reader++)
        {
            Assert.Equal("feed-2", await WhoAsync(server.Http, $"reader-{reader}"));
        }
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Lies_are_not_passed_on_and_nobody_there_says_when_to_come_back(string balancer)
    {
        await using var cluster = await StubCluster.WithoutGatewayAsync();
        await using var server = await StartAsync(balancer, cluster);
        using var request = StubCluster.Get("/explore");
        foreach (var name in new[] { "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Request-Id", "X-Original-For" })
        {
            request.Headers.TryAddWithoutValidation(name, "198.51.100.1");
        }
        (await server.Http.SendAsync(request)).Dispose();

        var (_, _, headers) = Assert.Single(cluster["friends"].Requests);
        Assert.Equal(("127.0.0.1", "http"), (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]));
        Assert.DoesNotContain(headers, header => header.Value.Contains("198.51.100.1", StringComparison.Ordinal));

        await cluster["friends"].KillAsync();
        using var nobody = await server.Http.GetAsync("/explore");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), (nobody.StatusCode, nobody.Headers.GetValues("Retry-After").Single()));
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/@alice")).StatusCode);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Who_asks_too_fast_and_who_sends_too_much_is_told_so(string balancer)
    {
        await using var cluster = await StubCluster.WithoutGatewayAsync();
        await using var server = await StartAsync(balancer, cluster, settings => settings.Gateway.TokenRate = 2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var request = StubCluster.Get("/explore", "greedy");
            return await server.Http.SendAsync(request);
        }));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single()));
        using var large = new HttpRequestMessage(HttpMethod.Post, "/api/v1/markers") { Content = new ByteArrayContent(new byte[1_500_000]), Headers = { ExpectContinue = true } };
        using var tooLarge = await server.Http.SendAsync(large);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        cluster["upload"].Answer = context => context.Request.Body.CopyToAsync(Stream.Null);
        using var photo = await server.Http.PostAsync("/api/v2/media", new ByteArrayContent(new byte[1_500_000]));
        Assert.Equal(HttpStatusCode.OK, photo.StatusCode);
    }

    private static async Task<string> WhoAsync(HttpClient http, string reader)
    {
        using var request = StubCluster.Get(Home, reader);
        using var answer = await http.SendAsync(request);
        return answer.Headers.TryGetValues("X-Instance", out var names) ? names.Single() : $"{(int)answer.StatusCode}";
    }

    private static string Text(string balancer, IReadOnlyList<Pool> pools, string listen, Settings settings) => balancer == "nginx"
        ? NginxConfig.Text(StubCluster.Routes, pools, settings, listen)
        : HAProxyConfig.Text(StubCluster.Routes, pools, settings, listen);

    private static async Task<Balancer> StartAsync(string balancer, StubCluster cluster, Action<Settings>? adjust = null)
    {
        var settings = new Settings { Gateway = { AddressRate = 100_000, TokenRate = 100_000 } };
        adjust?.Invoke(settings);
        var port = LoopbackPort.Take();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Text(balancer, cluster.Pools, $"127.0.0.1:{port}", settings));
        var script = balancer == "nginx" ? """up() { nginx -e stderr -p "$root" -c "$1" & }""" : """up() { haproxy -db -f "$1" & }""";
        return new Balancer(await ServerProcess.StartAsync(balancer, script, ServerProcess.Listens(port), file), file, port);
    }

    private sealed class Balancer(ServerProcess process, string file, int port) : IAsyncDisposable
    {
        public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await process.DisposeAsync();
            File.Delete(file);
        }
    }
}
