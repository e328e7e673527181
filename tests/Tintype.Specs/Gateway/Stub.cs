using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tintype.Servers;

namespace Tintype.Specs.Gateway;

/// <summary>Stands for an instance: says whose it is, what it was asked, and fails as it is told to.</summary>
internal sealed class Stub : IAsyncDisposable
{
    private readonly int port;
    private WebApplication? app;

    private Stub(string role, string name, int port)
    {
        Role = role;
        Name = name;
        this.port = port;
    }

    public string Role { get; }
    public string Name { get; }
    public string Url => $"http://127.0.0.1:{port}";

    /// <summary>What it says to those who ask whether it is ready.</summary>
    public volatile bool IsReady = true;

    /// <summary>What it does with a request; null answers at once with its name.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>The requests that reached it, without the questions whether it is ready.</summary>
    public ConcurrentQueue<(string Method, string Path, IReadOnlyDictionary<string, string> Headers)> Requests { get; } = [];

    public static async Task<Stub> StartAsync(string role, string? name = null)
    {
        var stub = new Stub(role, name ?? role, LoopbackPort.Take());
        await stub.StartAsync();
        return stub;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        app = builder.Build();
        app.Run(TakeAsync);
        await app.StartAsync();
    }

    /// <summary>Ends at once, with what it has: as kill -9 does.</summary>
    public async Task KillAsync()
    {
        await app!.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        app = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await KillAsync();
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/healthz"))
        {
            context.Response.StatusCode = IsReady ? 200 : 503;
            return;
        }
        Requests.Enqueue((context.Request.Method, context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        context.Response.Headers["X-Role"] = Role;
        context.Response.Headers["X-Instance"] = Name;
        if (Answer is { } answer)
        {
            await answer(context);
        }
    }
}
