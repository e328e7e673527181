using Tintype.Http;
using Yarp.ReverseProxy;

namespace Tintype.Gateway;

/// <summary>/healthz/live, /healthz/ready and /metrics of the gateway itself; those of instances cannot be reached through it.</summary>
internal static class GatewayHealth
{
    public static void MapGatewayHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapLiveness();
        // Ready as long as anybody is behind it: with one pool down the others are still worth sending people to.
        routes.MapGet("/healthz/ready", (IProxyStateLookup state, Drain drain) =>
        {
            var pools = state.GetClusters().Select(pool => (pool.ClusterId, Available: pool.DestinationsState.AvailableDestinations.Count, All: pool.DestinationsState.AllDestinations.Count))
                .OrderBy(pool => pool.ClusterId, StringComparer.Ordinal).ToList();
            var lines = pools.Select(pool => $"{pool.ClusterId}: {pool.Available} of {pool.All} instances");
            var isReady = !drain.HasBegun && pools.Any(pool => pool.Available > 0);
            return Results.Text($"{(isReady ? "ready" : drain.HasBegun ? "not ready: told to stop" : "not ready: no instance is")}\n{string.Join('\n', lines)}\n", statusCode: isReady ? 200 : 503);
        });
    }
}
