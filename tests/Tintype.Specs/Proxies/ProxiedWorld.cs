using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Http;
using Tintype.Servers;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Proxies;

/// <summary>A world behind a real caching proxy, started with the configuration in deploy/proxies.</summary>
/// <param name="name">The word after deploy/proxies/run.</param>
public abstract class ProxiedWorld(string name) : IAsyncLifetime
{
    private CachingProxy? proxy;

    public string Name => name;

    public World World { get; private set; } = null!;

    internal OriginTap Origin { get; } = new();

    /// <summary>Somebody who is not signed in, at the proxy.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        World = new World { Replace = services => services.AddSingleton<IStartupFilter>(Origin) };
        await World.InitializeAsync();
        proxy = await CachingProxy.StartAsync(name, new Uri(World.Url));
        Stranger = Client();
    }

    /// <summary>Somebody's app, with their token.</summary>
    public HttpClient AppOf(PersonInWorld person)
    {
        var client = Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", person.Bearer);
        return client;
    }

    /// <summary>Somebody's browser, signed in.</summary>
    public async Task<HttpClient> BrowserOfAsync(PersonInWorld person)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (bearer, _) = await World.Get<TokenTable>().IssueAsync(person.Id.Shard, new AccessToken
        {
            Kind = TokenKind.Session, AccountId = person.Id, Scopes = CurrentUser.SessionScopes, CreatedAt = now, LastUsedAt = now,
        });
        var client = Client();
        client.DefaultRequestHeaders.Add("Cookie", $"{SessionCookie.Name}={bearer}");
        return client;
    }

    /// <summary>Somebody with connections of their own.</summary>
    /// <param name="connected">Called for each of them.</param>
    public HttpClient Client(Action? connected = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            connected?.Invoke();
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri(proxy!.Url), Timeout = TimeSpan.FromSeconds(60), DefaultRequestVersion = HttpVersion.Version11,
    };

    /// <summary>Makes answers from now on as short-lived as this.</summary>
    public void Live(int fresh, int stale, int picture = 600, int outage = 3600)
    {
        var proxies = World.Get<Settings>().Proxies;
        (proxies.FreshSeconds, proxies.StaleSeconds, proxies.PictureSeconds, proxies.OutageSeconds) = (fresh, stale, picture, outage);
    }

    public async ValueTask DisposeAsync()
    {
        Stranger?.Dispose();
        if (proxy is not null)
        {
            await proxy.DisposeAsync();
        }
        await World.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
