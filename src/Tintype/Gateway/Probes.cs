using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Tintype.Gateway;

/// <summary>
/// What the instances answer when asked whether they are ready for a role. A plain no, or nobody listening, counts at once: so a
/// draining instance gets no more requests. Silence must be heard twice, for it may be a busy moment.
/// </summary>
internal sealed class Probes(IDestinationHealthUpdater health) : IActiveHealthCheckPolicy
{
    public const string Policy = "Readiness";

    private const int Silences = 2;

    private readonly ConditionalWeakTable<DestinationState, StrongBox<int>> silent = [];

    public string Name => Policy;

    public void ProbingCompleted(ClusterState cluster, IReadOnlyList<DestinationProbingResult> probingResults) =>
        health.SetActive(cluster, [.. probingResults.Select(result => new NewActiveDestinationHealth(result.Destination, Judge(result)))]);

    private DestinationHealth Judge(DestinationProbingResult result)
    {
        var count = silent.GetOrCreateValue(result.Destination);
        if (result.Response is { } response)
        {
            count.Value = 0;
            return response.IsSuccessStatusCode ? DestinationHealth.Healthy : DestinationHealth.Unhealthy;
        }
        return Failures.NothingWasSent(result.Exception) || ++count.Value >= Silences ? DestinationHealth.Unhealthy : result.Destination.Health.Active;
    }
}
