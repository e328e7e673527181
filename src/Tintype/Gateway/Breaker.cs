using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Tintype.Gateway;

/// <summary>
/// A circuit breaker for each instance, fed by the requests themselves. It opens when nobody listens, or at the fifth failure in a row;
/// after a rest the instance is tried again, and one more failure opens it anew. The last instance of a pool that still listens goes on
/// being asked: where all are slow, there is too much to do, and to ask nobody would make an outage of it.
/// </summary>
internal sealed class Breaker(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    public const string Policy = "Breaker";

    private const int InARow = 5;

    // A process that restarts is back within seconds; one that hangs is seldom.
    private static readonly TimeSpan WhenNobodyListens = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WhenItFails = TimeSpan.FromSeconds(10);

    private readonly ConditionalWeakTable<DestinationState, StrongBox<int>> failures = [];

    public string Name => Policy;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        var count = failures.GetOrCreateValue(destination);
        if (!Failures.IsOfInstance(context))
        {
            if (context.Features.Get<IForwarderErrorFeature>() is null)
            {
                count.Value = 0;
            }
            return;
        }
        if (Failures.NothingWasSent(context.Features.Get<IForwarderErrorFeature>()?.Exception))
        {
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, WhenNobodyListens);
        }
        else if (Interlocked.Increment(ref count.Value) >= InARow && cluster.DestinationsState.AvailableDestinations.Count > 1)
        {
            count.Value = InARow - 1;
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, WhenItFails);
        }
    }
}
