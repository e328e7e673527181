using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Tintype.Specs.Proxies;

/// <summary>In front of the app, behind the proxy: which requests came through, and what is to become of them.</summary>
internal sealed class OriginTap : IStartupFilter
{
    /// <summary>An answer that the app never gives: it sets a cookie and claims to be for everybody.</summary>
    public const string Careless = "/careless";

    /// <summary>Another: it says nothing about who may keep it.</summary>
    public const string Silent = "/silent";

    private readonly ConcurrentQueue<(string Address, string? Cookie, Task<int> Status)> seen = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> held = [];
    private int cookies;

    /// <summary>Answers 500 to everything but health.</summary>
    public bool IsBroken { get; set; }

    /// <summary>How many requests for an address came through.</summary>
    public int Count(string address) => seen.Count(one => one.Address == address);

    /// <summary>How they were answered, in the order they came.</summary>
    public Task<int[]> StatusesAsync(string address) => Task.WhenAll(seen.Where(one => one.Address == address).Select(one => one.Status));

    public IEnumerable<string?> CookiesOf(string address) => seen.Where(one => one.Address == address).Select(one => one.Cookie);

    /// <summary>Lets requests for an address wait until the answer is disposed.</summary>
    public IDisposable Hold(string address)
    {
        held[address] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Release(this, address);
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(TapAsync);
        next(app);
    };

    private async Task TapAsync(HttpContext context, RequestDelegate next)
    {
        var address = context.Request.Path.ToUriComponent() + context.Request.QueryString;
        var status = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Response.OnCompleted(() =>
        {
            status.TrySetResult(context.Response.StatusCode);
            return Task.CompletedTask;
        });
        seen.Enqueue((address, context.Request.Headers.Cookie.Count == 0 ? null : context.Request.Headers.Cookie.ToString(), status.Task));
        if (held.TryGetValue(address, out var wait))
        {
            await wait.Task;
        }
        if (IsBroken && !context.Request.Path.StartsWithSegments("/healthz"))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }
        if (context.Request.Path == Careless)
        {
            context.Response.Headers.CacheControl = "public, max-age=60";
            context.Response.Headers.SetCookie = $"who={Interlocked.Increment(ref cookies)}";
            await context.Response.WriteAsync("yours");
            return;
        }
        if (context.Request.Path == Silent)
        {
            await context.Response.WriteAsync("whose?");
            return;
        }
        await next(context);
    }

    private sealed class Release(OriginTap tap, string address) : IDisposable
    {
        public void Dispose()
        {
            if (tap.held.TryRemove(address, out var wait))
            {
                wait.SetResult();
            }
        }
    }
}
