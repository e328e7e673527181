using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace Tintype.Gateway;

/// <summary>YARP's configuration: the routes of all roles, which stay, and the pools, which may change while the gateway runs.</summary>
internal sealed class PoolConfig(IReadOnlyList<RoleRoute> routes, GatewaySettings settings) : IProxyConfigProvider
{
    private readonly RouteConfig[] all = [.. routes.Select(Route)];
    private volatile Loaded current = new([], [], CancellationToken.None);
    private CancellationTokenSource changed = new();

    /// <summary>Roles that have routes: each can have a pool.</summary>
    public IReadOnlyCollection<string> Roles { get; } = [.. routes.Select(route => route.Role).Distinct()];

    /// <summary>The pools as they are now.</summary>
    public IReadOnlyList<Pool> Pools => current.Pools;

    public IProxyConfig GetConfig() => current;

    /// <summary>Takes new pools into use; requests under way go on where they are.</summary>
    public void Use(IReadOnlyList<Pool> pools)
    {
        var before = changed;
        changed = new CancellationTokenSource();
        // A role without a pool keeps its routes: they answer that nobody is there.
        var absent = Roles.Except(pools.Select(pool => pool.Role)).Select(role => new Pool(role, []));
        current = new Loaded(all, [.. pools, .. absent], changed.Token) { Clusters = [.. pools.Concat(absent).Select(Cluster)] };
        before.Cancel();
        before.Dispose();
    }

    private static RouteConfig Route(RoleRoute route) => new()
    {
        RouteId = route.Id,
        ClusterId = route.Role,
        Order = route.Order,
        Match = new RouteMatch { Path = route.Pattern.RawText, Methods = route.Methods.Count == 0 ? null : route.Methods },
    };

    private ClusterConfig Cluster(Pool pool) => new()
    {
        ClusterId = pool.Role,
        LoadBalancingPolicy = pool.Role == "feed" ? ReaderAffinity.Policy : LoadBalancingPolicies.PowerOfTwoChoices,
        Destinations = pool.Instances.ToDictionary(address => address, address => new DestinationConfig { Address = address }),
        HealthCheck = new HealthCheckConfig
        {
            // With nobody ready it is better to say so at once than to send people to instances that cannot answer.
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyAndUnknown,
            Active = new ActiveHealthCheckConfig
            {
                Enabled = true,
                Path = $"/healthz/ready/{pool.Role}",
                Interval = TimeSpan.FromSeconds(settings.ProbeSeconds),
                Timeout = TimeSpan.FromSeconds(settings.ProbeTimeoutSeconds),
                Policy = Probes.Policy,
            },
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = Breaker.Policy },
        },
        HttpRequest = new ForwarderRequestConfig
        {
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = TimeSpan.FromSeconds(pool.TimeoutSeconds ?? (pool.Role == "upload" ? settings.UploadTimeoutSeconds : settings.TimeoutSeconds)),
        },
    };

    private sealed class Loaded(IReadOnlyList<RouteConfig> routes, IReadOnlyList<Pool> pools, CancellationToken changed) : IProxyConfig
    {
        public IReadOnlyList<Pool> Pools => pools;
        public IReadOnlyList<RouteConfig> Routes => routes;
        public IReadOnlyList<ClusterConfig> Clusters { get; init; } = [];
        public IChangeToken ChangeToken { get; } = new CancellationChangeToken(changed);
    }
}
