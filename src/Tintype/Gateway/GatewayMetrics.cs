using Prometheus;

namespace Tintype.Gateway;

/// <summary>What /metrics of a gateway says beside the runtime's own.</summary>
internal static class GatewayMetrics
{
    private static readonly Counter Requests = Metrics.CreateCounter(
        "tintype_gateway_requests_total", "Requests by pool and outcome: answered, failed (an instance did), gone (the client left or broke off), none (no instance), busy (the pool's limit).", "pool", "outcome");
    private static readonly Counter Retries = Metrics.CreateCounter("tintype_gateway_retries_total", "Tries at another instance.", "pool");
    private static readonly Counter Refused = Metrics.CreateCounter("tintype_gateway_limited_total", "Requests beyond a client's rate, by what was counted: address or token.", "counted");
    private static readonly Gauge InFlight = Metrics.CreateGauge("tintype_gateway_requests_in_flight", "Requests being forwarded.", "pool");
    private static readonly Gauge Available = Metrics.CreateGauge("tintype_gateway_instances", "Instances that a pool's last request could have gone to.", "pool");
    private static readonly Histogram Seconds = Metrics.CreateHistogram(
        "tintype_gateway_request_seconds", "From the request's head to the end of its answer.", ["pool"], new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.001, 2, 18) });

    public static void Ended(string pool, string outcome, TimeSpan took)
    {
        Requests.WithLabels(pool, outcome).Inc();
        Seconds.WithLabels(pool).Observe(took.TotalSeconds);
    }

    public static void Retried(string pool) => Retries.WithLabels(pool).Inc();

    public static void Limited(string counted) => Refused.WithLabels(counted).Inc();

    public static void Forwarding(string pool, int requests, int instances)
    {
        InFlight.WithLabels(pool).Set(requests);
        Available.WithLabels(pool).Set(instances);
    }
}
