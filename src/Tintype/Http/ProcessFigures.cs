using System.Diagnostics;
using System.IO.Enumeration;
using Prometheus;

namespace Tintype.Http;

/// <summary>
/// What /metrics tells of the process, under the names that Prometheus clients give it. The registry's own count of descriptors makes a name of each:
/// three megabytes for a look at a process of seventeen thousand connections, every few seconds.
/// </summary>
internal static class ProcessFigures
{
    private static readonly Counter Cpu = Metrics.CreateCounter("process_cpu_seconds_total", "User and system CPU time.");
    private static readonly Gauge Started = Metrics.CreateGauge("process_start_time_seconds", "When the process started, in seconds since 1970.");
    private static readonly Gauge WorkingSet = Metrics.CreateGauge("process_working_set_bytes", "Resident memory.");
    private static readonly Gauge Handles = Metrics.CreateGauge("process_open_handles", "Open descriptors.");
    private static readonly Gauge Threads = Metrics.CreateGauge("process_num_threads", "Threads.");

    /// <summary>From now on each answer of /metrics has them.</summary>
    public static void Tell()
    {
        using var self = Process.GetCurrentProcess();
        Started.Set(new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        Metrics.DefaultRegistry.AddBeforeCollectCallback(Update);
    }

    private static void Update()
    {
        using var self = Process.GetCurrentProcess();
        Cpu.IncTo(self.TotalProcessorTime.TotalSeconds);
        WorkingSet.Set(self.WorkingSet64);
        Threads.Set(EntriesOf("/proc/self/task") ?? self.Threads.Count);
        Handles.Set(EntriesOf("/proc/self/fd") ?? self.HandleCount);
    }

    private static int? EntriesOf(string folder) => Directory.Exists(folder) ? new FileSystemEnumerable<bool>(folder, static (ref _) => true).Count() : null;
}
