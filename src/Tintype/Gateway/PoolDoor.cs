using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Tintype.Http;
using Tintype.Web;
using Yarp.ReverseProxy.Forwarder;

namespace Tintype.Gateway;

/// <summary>
/// What every request passes on its way into a pool: so many at once and no more, so that one slow app set does not take the gateway
/// down with it; bodies no larger than its instances take; and an answer when there was none.
/// </summary>
internal sealed class PoolDoor(RequestDelegate next, PoolConfig config, Settings settings, TimeProvider time)
{
    private const long TextBytes = 1 << 20;
    private const int PhotosOfAForm = 10;

    /// <summary>By then probes will have found instances that are back.</summary>
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, StrongBox<int>> inside = new();

    public async Task InvokeAsync(HttpContext context)
    {
        var proxied = context.GetReverseProxyFeature();
        var pool = proxied.Route.Config.ClusterId!;
        var began = time.GetTimestamp();
        var count = inside.GetOrAdd(pool, _ => new StrongBox<int>());
        var requests = Interlocked.Increment(ref count.Value);
        GatewayMetrics.Forwarding(pool, requests, proxied.AvailableDestinations.Count);
        try
        {
            var outcome = requests > Most(pool) ? await RefuseAsync(context) : await ForwardAsync(context, pool);
            GatewayMetrics.Ended(pool, outcome, time.GetElapsedTime(began));
        }
        finally
        {
            GatewayMetrics.Forwarding(pool, Interlocked.Decrement(ref count.Value), proxied.AllDestinations.Count);
        }
    }

    private async Task<string> ForwardAsync(HttpContext context, string pool)
    {
        var bound = MostBytes(pool);
        if (context.Request.ContentLength > bound)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return "gone";
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = bound;
        }
        await next(context);
        switch (context.Features.Get<IForwarderErrorFeature>()?.Error)
        {
            case null or ForwarderError.None:
                return "answered";
            case ForwarderError.NoAvailableDestinations:
                await NobodyAsync(context);
                return "none";
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient:
                return "gone";
            default:
                return "failed";
        }
    }

    private static async Task<string> RefuseAsync(HttpContext context)
    {
        await RateLimits.TooMany(context, TimeSpan.FromSeconds(1)).ExecuteAsync(context);
        return "busy";
    }

    private static Task NobodyAsync(HttpContext context)
    {
        const string message = "This part of the site is being looked after: try again in a moment";
        context.Response.Headers.RetryAfter = $"{ComeBack.TotalSeconds:0}";
        return (ApiPaths.IsOpen(context.Request.Path) || context.WantsJson() ? ApiError.Json(503, message) : ErrorPages.Answer(503, message)).ExecuteAsync(context);
    }

    private int Most(string pool) => config.Pools.FirstOrDefault(one => one.Role == pool)?.MostRequests ?? settings.Gateway.MostRequests;

    // What the routes of these roles let through themselves; the instance knows which of them.
    private long MostBytes(string pool) => pool switch
    {
        "upload" => (PhotosOfAForm * settings.Upload.MaxBytes) + TextBytes,
        "accounts" => settings.Upload.MaxBytes + TextBytes,
        _ => TextBytes,
    };
}
