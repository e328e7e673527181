using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Tintype.Gateway;
using Xunit;

namespace Tintype.Specs.Gateway;

public sealed class ForwardingSpecs
{
    [Fact]
    public async Task Every_route_of_every_role_reaches_an_instance_of_that_role()
    {
        await using var cluster = await StubCluster.StartAsync();
        var wrong = new List<string>();
        foreach (var route in StubCluster.Routes)
        {
            foreach (var method in route.Methods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), StubCluster.Example(route.Pattern));
                using var answer = await cluster.Http.SendAsync(request);
                var role = answer.Headers.TryGetValues("X-Role", out var roles) ? roles.Single() : $"nobody ({(int)answer.StatusCode})";
                if (role != route.Role)
                {
                    wrong.Add($"{method} {request.RequestUri}: {role} instead of {route.Role}");
                }
            }
        }

        Assert.True(StubCluster.Routes.Count > 150, "the roles have routes");
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("GET", "/metrics", 404)] // The gateway's own would be the gateway's figures; asked from here they are.
    [InlineData("GET", "/nothing/of/ours", 404)]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("DELETE", "/api/v1/timelines/home", 405)]
    public async Task What_no_role_answers_bothers_no_instance(string method, string path, int status)
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.TrustedProxies = ["127.0.0.1"]);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "X-Forwarded-For", "203.0.113.9" } } };

        using var answer = await cluster.Http.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.All(cluster.Stubs, stub => Assert.Empty(stub.Requests));
    }

    [Fact]
    public async Task Whether_an_instance_lives_is_not_told_to_visitors()
    {
        await using var cluster = await StubCluster.StartAsync();

        Assert.Equal("live\n", await cluster.Http.GetStringAsync("/healthz/live"));
        Assert.Contains("feed: 2 of 2 instances", await cluster.Http.GetStringAsync("/healthz/ready"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await cluster.Http.GetAsync("/healthz/ready/feed")).StatusCode);
        Assert.All(cluster.Stubs, stub => Assert.Empty(stub.Requests));
    }

    [Fact]
    public async Task What_a_stranger_says_about_where_they_come_from_is_not_believed()
    {
        await using var cluster = await StubCluster.StartAsync();
        using var request = StubCluster.Get("/explore");
        request.Headers.Host = "photos.example";
        foreach (var (name, lie) in new[]
        {
            ("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"), ("Forwarded", "for=198.51.100.1"),
            ("X-Real-IP", "198.51.100.1"), ("X-Request-Id", "mine"), ("X-Original-For", "198.51.100.1"),
        })
        {
            request.Headers.TryAddWithoutValidation(name, lie);
        }

        using var answer = await cluster.Http.SendAsync(request);

        var (_, _, headers) = Assert.Single(cluster["friends"].Requests);
        Assert.Equal(("127.0.0.1", "http", "photos.example", "photos.example"), (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"], headers["X-Forwarded-Host"], headers["Host"]));
        Assert.DoesNotContain(headers, header => header.Value.Contains("198.51.100.1", StringComparison.Ordinal));
        Assert.NotEqual("mine", headers["X-Request-Id"]);
    }

    [Fact]
    public async Task What_a_trusted_proxy_says_is_passed_on()
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.TrustedProxies = ["127.0.0.0/8"]);
        using var request = StubCluster.Get("/explore");
        request.Headers.Add("X-Forwarded-For", "198.51.100.1");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Request-Id", "given-by-the-cdn");

        using var answer = await cluster.Http.SendAsync(request);

        var (_, _, headers) = Assert.Single(cluster["friends"].Requests);
        Assert.Equal(("198.51.100.1", "https", "given-by-the-cdn"), (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"], headers["X-Request-Id"]));
        Assert.Equal("given-by-the-cdn", answer.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task A_request_has_one_id_from_the_visitor_to_the_instance()
    {
        await using var cluster = await StubCluster.StartAsync();

        using var answer = await cluster.Http.GetAsync("/explore");

        Assert.Equal(cluster["friends"].Requests.Single().Headers["X-Request-Id"], answer.Headers.GetValues("X-Request-Id").Single());
        Assert.NotEqual(
            answer.Headers.GetValues("X-Request-Id").Single(),
            (await cluster.Http.GetAsync("/explore")).Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task A_part_of_a_large_photo_streams_through()
    {
        await using var cluster = await StubCluster.StartAsync();
        var more = new TaskCompletionSource();
        cluster["media"].Answer = async context =>
        {
            Assert.Equal("bytes=5-", context.Request.Headers.Range);
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = "bytes 5-3000004/3000005";
            await context.Response.Body.WriteAsync(new byte[1_000_000]);
            await context.Response.Body.FlushAsync();
            await more.Task;
            await context.Response.Body.WriteAsync(new byte[2_000_000]);
        };
        using var request = StubCluster.Get("/media/1-abc/640.webp");
        request.Headers.Range = new RangeHeaderValue(5, null);

        using var answer = await cluster.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1_000_000]);
        more.SetResult();
        await body.ReadExactlyAsync(new byte[2_000_000]);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("bytes 5-3000004/3000005", answer.Content.Headers.GetValues("Content-Range").Single());
    }

    [Fact]
    public async Task An_upload_streams_and_is_not_held_back()
    {
        await using var cluster = await StubCluster.StartAsync();
        var arrived = new TaskCompletionSource();
        cluster["upload"].Answer = async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[100_000]);
            arrived.SetResult();
            await context.Request.Body.CopyToAsync(Stream.Null);
        };

        using var answer = await cluster.Http.PostAsync("/api/v2/media", new Trickle(arrived.Task));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/v2/media", 3_000_000, HttpStatusCode.OK)]
    [InlineData("/api/v2/media", 12_000_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/apps", 1_500_000, HttpStatusCode.OK)] // Of the accounts pool, which takes avatars too: the instance knows which route.
    [InlineData("/api/v1/markers", 1_500_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_larger_than_its_pool_takes_is_refused(string path, int bytes, HttpStatusCode expected)
    {
        await using var cluster = await StubCluster.StartAsync(settings => settings.Upload.MaxBytes = 1_000_000);
        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[bytes]) };
            request.Headers.TransferEncodingChunked = chunked;
            request.Headers.ExpectContinue = true;
            if (cluster.Stubs.First(stub => StubCluster.Routes.Any(route => route.Role == stub.Role && StubCluster.Example(route.Pattern) == path && route.Methods.Contains("POST"))) is { } stub)
            {
                stub.Answer = context => context.Request.Body.CopyToAsync(Stream.Null);
            }

            using var answer = await cluster.Http.SendAsync(request);

            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Headers_larger_than_allowed_are_refused()
    {
        await using var cluster = await StubCluster.StartAsync();
        using var request = StubCluster.Get("/explore");
        request.Headers.Add("X-Long", new string('x', 40_000));

        using var answer = await cluster.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
        Assert.Empty(cluster["friends"].Requests);
    }

    [Fact]
    public async Task A_page_elsewhere_may_ask_beforehand_and_the_gateway_answers()
    {
        await using var cluster = await StubCluster.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/statuses") { Headers = { { "Origin", "https://elsewhere.example" }, { "Access-Control-Request-Method", "POST" } } };

        using var answer = await cluster.Http.SendAsync(request);

        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Empty(cluster["upload"].Requests);
    }

    /// <summary>A body whose second half is sent once the first has arrived.</summary>
    private sealed class Trickle(Task arrived) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[100_000]);
            await stream.FlushAsync();
            await arrived.WaitAsync(TimeSpan.FromSeconds(30));
            await stream.WriteAsync(new byte[100_000]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
