using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Web;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Tintype.Gateway;

/// <summary>Puts a gateway together. It has no database, no store and no jobs: what it forwards to is in its pools.</summary>
internal static class GatewayApp
{
    public static WebApplication Build(WebApplicationBuilder builder, Settings settings, IReadOnlyList<RoleRoute> routes)
    {
        var services = builder.Services;
        // Which instances come and go is news; each look at one that is gone, and each request that failed, others here count and tell.
        builder.Logging.AddFilter("Yarp", LogLevel.Error);
        builder.Logging.AddFilter("Yarp.ReverseProxy.Health.DestinationHealthUpdater", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestHeadersTotalSize = settings.Gateway.MaxHeaderBytes);
        services.AddSingleton(settings.Gateway);
        services.AddSingleton(new PoolConfig(routes, settings.Gateway));
        services.AddSingleton<IProxyConfigProvider>(provider => provider.GetRequiredService<PoolConfig>());
        services.AddSingleton<PoolFile>();
        services.AddHostedService(provider => provider.GetRequiredService<PoolFile>());
        services.AddSingleton<ILoadBalancingPolicy, ReaderAffinity>();
        services.AddSingleton<IActiveHealthCheckPolicy, Probes>();
        services.AddSingleton<IPassiveHealthCheckPolicy, Breaker>();
        services.AddSingleton<IForwarderHttpClientFactory>(new Connections(settings.Gateway));
        services.AddReverseProxy().AddTransforms(Headers);
        services.AddOpenCors();
        services.AddRazorComponents();

        var app = builder.Build();
        app.Services.GetRequiredService<PoolFile>().Load();
        app.UseMiddleware<RequestFigures>();
        app.UseDrawnRequestIds(settings);
        app.UseTrustedProxies(settings);
        app.UseMiddleware<KeepingGuard>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseOpenCors();
        app.UseMiddleware<ErrorAnswers>();
        app.UseMiddleware<ClientRates>();
        app.UseRouting();
        app.MapGatewayHealth();
        app.MapReverseProxy(pipeline =>
        {
            pipeline.UseMiddleware<PoolDoor>();
            pipeline.UseMiddleware<SecondTry>();
            pipeline.UseLoadBalancing();
            pipeline.UsePassiveHealthChecks();
        });
        return app;
    }

    /// <summary>Where a request came from is told by the gateway alone: what a client says of it itself does not get past here.</summary>
    private static void Headers(TransformBuilderContext transforms)
    {
        transforms.AddOriginalHost();
        transforms.AddXForwarded(ForwardedTransformActions.Set);
        transforms.AddRequestTransform(transform =>
        {
            foreach (var said in new[] { "Forwarded", "X-Real-IP", "X-Original-For", "X-Original-Proto", RequestIds.Header })
            {
                transform.ProxyRequest.Headers.Remove(said);
            }
            transform.ProxyRequest.Headers.Add(RequestIds.Header, transform.HttpContext.TraceIdentifier);
            return ValueTask.CompletedTask;
        });
    }
}
