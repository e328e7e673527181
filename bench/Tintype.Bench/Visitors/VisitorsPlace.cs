using System.Globalization;
using Tintype.Bench.Growth;

namespace Tintype.Bench.Visitors;

/// <summary>What all has been used until a moment, or between two.</summary>
/// <param name="AllocatedBytes">Of managed memory, all serving processes together.</param>
/// <param name="Collections">Of garbage, by the generation they ended with, all serving processes together.</param>
/// <param name="PauseSeconds">For which collections stopped a serving process, all together.</param>
/// <param name="FeedBuilds">Feeds pulled from the databases.</param>
/// <param name="FeedNewsMissed">Times that a process gave its copies of feeds up because it may have missed something, by reason.</param>
/// <param name="NewcomersRefused">For want of room or time.</param>
/// <param name="Heaps">As they are at the moment, all serving processes together.</param>
internal sealed record VisitorsUse(
    ProcessTrees Server, ProcessTrees Control, ProcessTrees Databases, double Statements, IReadOnlyDictionary<string, double> Loads, double AllocatedBytes,
    IReadOnlyDictionary<string, double> Collections, double PauseSeconds, double FeedBuilds, IReadOnlyDictionary<string, double> FeedNewsMissed,
    double NewcomersRefused, Heaps Heaps)
{
    public VisitorsUse Since(VisitorsUse before) => new(
        Of(Server, before.Server), Of(Control, before.Control), Of(Databases, before.Databases), Statements - before.Statements, Of(Loads, before.Loads),
        AllocatedBytes - before.AllocatedBytes, Of(Collections, before.Collections), PauseSeconds - before.PauseSeconds,
        FeedBuilds - before.FeedBuilds, Of(FeedNewsMissed, before.FeedNewsMissed), NewcomersRefused - before.NewcomersRefused, Heaps);

    private static Dictionary<string, double> Of(IReadOnlyDictionary<string, double> now, IReadOnlyDictionary<string, double> before) =>
        now.ToDictionary(one => one.Key, one => one.Value - before.GetValueOrDefault(one.Key));

    private static ProcessTrees Of(ProcessTrees now, ProcessTrees before) => new(now.CpuSeconds - before.CpuSeconds, now.ResidentMiB - before.ResidentMiB);
}

/// <summary>Managed memory, in MiB.</summary>
/// <param name="Kept">What the last collection left, with its holes; by generation.</param>
/// <param name="Holes">Of that.</param>
/// <param name="Committed">Taken from the system for it, when it last collected.</param>
internal sealed record Heaps(IReadOnlyDictionary<string, double> Kept, double Holes, double Committed);

/// <summary>The processes that visitors ask: Tintype's and the control's, as many of each.</summary>
internal sealed class VisitorsPlace : IAsyncDisposable
{
    private const double MiB = 1 << 20;

    private readonly List<TintypeProcess> servers = [];
    private readonly List<FixedBytesServer> controls = [];
    // What is measured may be so busy that it takes minutes to tell.
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly IReadOnlyList<int> databases;

    private VisitorsPlace(IReadOnlyList<int> databases) => this.databases = databases;

    public IReadOnlyList<Uri> Servers => [.. servers.Select(server => server.Url)];

    public IReadOnlyList<Uri> Control => [.. controls.Select(control => control.Url)];

    /// <param name="databases">Ids of the processes that started them.</param>
    public static async Task<VisitorsPlace> StartAsync(VisitorsOptions options, string data, IReadOnlyList<int> databases)
    {
        var place = new VisitorsPlace(databases);
        for (var number = 0; number < options.Servers; number++)
        {
            // Reading alone; limits are counted, and nobody reaches them.
            place.servers.Add(await TintypeProcess.ServeAsync(data, "--roles", "feed", "--Tintype:RateLimits:Enabled=true", "--Tintype:RateLimits:Requests=1000000"));
            place.controls.Add(await FixedBytesServer.StartAsync());
        }
        if (options.Cores > 0)
        {
            await ProcessTrees.KeepOnAsync(options.Cores, [.. place.servers.Select(server => server.Process.Id), .. databases]);
        }
        return place;
    }

    public async Task<VisitorsUse> UseAsync()
    {
        var lines = (await Task.WhenAll(servers.Select(async server => (await http.GetStringAsync(new Uri(server.Url, "/metrics"))).Split('\n')))).SelectMany(all => all).ToList();
        return new VisitorsUse(
            ProcessTrees.Of(servers.Select(server => server.Process.Id)), ProcessTrees.Of(controls.Select(control => control.Process.Id)), ProcessTrees.Of(databases),
            Of("tintype_statements_total{").Where(line => !line.Contains("\"look\"", StringComparison.Ordinal)).Sum(Value),
            ByLabel("tintype_cache_loads_total{"), Of("system_runtime_dotnet_gc_heap_total_allocated ").Sum(Value), ByLabel("system_runtime_dotnet_gc_collections{"), Of("system_runtime_dotnet_gc_pause_time ").Sum(Value),
            Of("tintype_feed_builds_total ").Sum(Value), ByLabel("tintype_feed_news_missed_total{"), Of("tintype_newcomers_refused_total ").Sum(Value),
            new Heaps(
                ByLabel("system_runtime_dotnet_gc_last_collection_heap_size{").ToDictionary(one => one.Key, one => Math.Round(one.Value / MiB, 1)),
                Of("system_runtime_dotnet_gc_last_collection_heap_fragmentation_size{").Sum(Value) / MiB, Of("system_runtime_dotnet_gc_last_collection_memory_committed_size").Sum(Value) / MiB));

        IEnumerable<string> Of(string metric) => lines.Where(line => line.StartsWith(metric, StringComparison.Ordinal));
        Dictionary<string, double> ByLabel(string metric) => Of(metric).GroupBy(line => line.Split('"')[1]).ToDictionary(label => label.Key, label => label.Sum(Value));
        static double Value(string line) => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
        foreach (var control in controls)
        {
            await control.DisposeAsync();
        }
    }
}
