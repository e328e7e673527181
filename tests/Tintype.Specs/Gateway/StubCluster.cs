using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tintype.Gateway;
using Tintype.Servers;

namespace Tintype.Specs.Gateway;

/// <summary>A gateway before stubs: two feed instances, one of every other role.</summary>
internal sealed class StubCluster : IAsyncDisposable
{
    private static readonly Lazy<IReadOnlyList<RoleRoute>> All = new(() => TintypeApp.Routes(new Settings()));

    private readonly string folder = Directory.CreateTempSubdirectory("tintype-gateway-").FullName;
    private readonly List<Stub> stubs = [];
    private WebApplication? gateway;

    /// <summary>What every role answers.</summary>
    public static IReadOnlyList<RoleRoute> Routes => All.Value;

    public IReadOnlyList<Stub> Stubs => stubs;

    /// <summary>The first instance of a role.</summary>
    public Stub this[string role] => stubs.First(stub => stub.Role == role);

    public IReadOnlyList<Stub> Feeds => [.. stubs.Where(stub => stub.Role == "feed")];

    public HttpClient Http { get; private set; } = null!;

    public string Url { get; } = $"http://127.0.0.1:{LoopbackPort.Take()}";

    public string PoolsFile => Path.Combine(folder, "pools.json");

    public RecordedLog Log { get; } = new();

    public IServiceProvider Services => gateway!.Services;

    public static async Task<StubCluster> StartAsync(Action<Settings>? adjust = null)
    {
        var cluster = new StubCluster();
        await cluster.StartStubsAsync();
        await cluster.StartGatewayAsync(adjust);
        return cluster;
    }

    /// <summary>Only the stubs: for another balancer before them.</summary>
    public static async Task<StubCluster> WithoutGatewayAsync()
    {
        var cluster = new StubCluster();
        await cluster.StartStubsAsync();
        return cluster;
    }

    /// <summary>The pools as they are.</summary>
    public IReadOnlyList<Pool> Pools => [.. stubs.GroupBy(stub => stub.Role).Select(group => new Pool(group.Key, [.. group.Select(stub => stub.Url)]))];

    public async Task<Stub> AddAsync(string role, string name)
    {
        var stub = await Stub.StartAsync(role, name);
        stubs.Add(stub);
        return stub;
    }

    public Task WritePoolsAsync() =>
        File.WriteAllTextAsync(PoolsFile, JsonSerializer.Serialize(Pools.ToDictionary(pool => pool.Role, pool => pool.Instances)));

    public static HttpRequestMessage Get(string path, string? bearer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }
        return request;
    }

    /// <summary>The name of the instance that answers.</summary>
    public async Task<string> WhoAnswersAsync(string path, string? bearer = null)
    {
        using var request = Get(path, bearer);
        using var answer = await Http.SendAsync(request);
        return answer.Headers.TryGetValues("X-Instance", out var names) ? names.Single() : $"{(int)answer.StatusCode}";
    }

    /// <summary>A path that a route matches, and no route before it.</summary>
    public static string Example(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => parameter.ParameterPolicies.Any(policy => policy.Content == "long") ? "123" : parameter.IsCatchAll ? "a/b.css" : "x1",
        _ => throw new InvalidOperationException($"unknown part of {pattern.RawText}"),
    }))));

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (gateway is not null)
        {
            await gateway.StopAsync();
            await gateway.DisposeAsync();
        }
        foreach (var stub in stubs)
        {
            await stub.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartStubsAsync()
    {
        foreach (var role in Routes.Select(route => route.Role).Distinct())
        {
            await AddAsync(role, $"{role}-1");
        }
        await AddAsync("feed", "feed-2");
    }

    private async Task StartGatewayAsync(Action<Settings>? adjust)
    {
        await WritePoolsAsync();
        gateway = await TintypeApp.BuildAsync([$"--urls={Url}"], settings =>
        {
            settings.Roles = Roles.Gateway;
            settings.DrainSeconds = 0;
            settings.Gateway.Pools = PoolsFile;
            settings.Gateway.ProbeSeconds = 0.1;
            settings.Gateway.AddressRate = 0;
            settings.Gateway.TokenRate = 0;
            adjust?.Invoke(settings);
        }, services => services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Information).AddProvider(Log)));
        await gateway.StartAsync();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(60) };
    }
}
