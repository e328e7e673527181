using System.Diagnostics.Metrics;
using Prometheus;

namespace Tintype.Http;

/// <summary>
/// What /metrics tells besides Tintype's own figures: the process's, the runtime's, the server's and the driver's of PostgreSQL. Without this the
/// registry turns on every event source and every meter of the process: events are written for each request, and the strings in them
/// anew, which was two fifths of what a feed read allocated.
/// </summary>
internal static class RuntimeFigures
{
    private static readonly string[] Meters = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql"];

    private static readonly Lazy<bool> Chosen = new(Choose);

    /// <summary>Once in a process, before the first answer of /metrics.</summary>
    public static void EnsureChosen() => _ = Chosen.Value;

    private static bool Choose()
    {
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true, SuppressProcessMetrics = true });
        ProcessFigures.Tell();
        Metrics.ConfigureMeterAdapter(meters => meters.InstrumentFilterPredicate = IsTold);
        return true;
    }

    // How long connections last is of little use, and to know it each keeps a list of tags.
    private static bool IsTold(Instrument instrument) => Meters.Contains(instrument.Meter.Name) && instrument.Name != "kestrel.connection.duration";
}
