using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Tintype.Gateway;

/// <summary>
/// Asks another instance when one fails. Safe requests without a body may go twice, and go again too when their answer does not begin in
/// time; any other only when no connection was made, so that nothing of it was sent.
/// </summary>
internal sealed class SecondTry(RequestDelegate next, GatewaySettings settings, TimeProvider time, ILogger<SecondTry> log)
{
    /// <summary>Of three instances one may be dead and one dying. More tries would multiply the load of a pool that is down.</summary>
    private const int MostTries = 3;

    public async Task InvokeAsync(HttpContext context)
    {
        var proxied = context.GetReverseProxyFeature();
        var untried = proxied.AvailableDestinations.ToList();
        for (var tries = 1; ; tries++)
        {
            var isLast = tries == MostTries || untried.Count <= 1;
            var isPatienceOver = await TryAsync(context, isPatient: isLast || !IsSafe(context));
            var error = context.Features.Get<IForwarderErrorFeature>();
            var isOver = error is null || isLast || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested;
            if (isOver || !(isPatienceOver || Failures.NothingWasSent(error!.Exception) || (IsSafe(context) && Failures.IsOfInstance(context))))
            {
                return;
            }
            untried.Remove(proxied.ProxiedDestination!);
            log.LogInformation(
                "{Instance} failed {Method} {Path} ({Error}); asking another ({RequestId})",
                proxied.ProxiedDestination!.DestinationId, context.Request.Method, context.Request.Path, isPatienceOver ? "no answer in time" : error!.Error, context.TraceIdentifier);
            GatewayMetrics.Retried(proxied.Route.Config.ClusterId!);
            context.Response.Clear();
            context.Features.Set<IForwarderErrorFeature>(null);
            proxied.AvailableDestinations = [.. untried];
        }
    }

    private async Task<bool> TryAsync(HttpContext context, bool isPatient)
    {
        if (isPatient)
        {
            context.Features.Set<Patience>(null);
            await next(context);
            return false;
        }
        using var patience = new Patience(context, TimeSpan.FromSeconds(settings.PatienceSeconds), time);
        await next(context);
        return patience.IsOver;
    }

    private static bool IsSafe(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true;
}
