using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Tintype.Specs.Http;

/// <summary>What /metrics listens to costs every request.</summary>
public sealed class RuntimeFiguresSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task Metrics_tell_of_runtime_server_and_requests_without_an_event_for_each_request()
    {
        using var http = new HttpClient { BaseAddress = new Uri(world.Url) };
        await http.GetStringAsync("/api/v2/instance");

        // The first answer begins to listen, the second has heard.
        await http.GetStringAsync("/metrics");
        await http.GetStringAsync("/api/v2/instance");
        var told = await http.GetStringAsync("/metrics");

        Assert.Contains("system_runtime_dotnet_gc_collections", told, StringComparison.Ordinal);
        foreach (var figure in new[] { "process_cpu_seconds_total", "process_start_time_seconds", "process_working_set_bytes", "process_open_handles", "process_num_threads" })
        {
            Assert.True(double.Parse(Regex.Match(told, $"^{figure} (.+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture) > 0, figure);
        }
        Assert.Contains("tintype_request_seconds_count{route=\"/api/v2/instance\",method=\"GET\",status=\"200\"}", told, StringComparison.Ordinal);
        Assert.DoesNotContain("kestrel_connection_duration", told, StringComparison.Ordinal);
        Assert.DoesNotContain("microsoft_aspnetcore_hosting", told, StringComparison.Ordinal);
        Assert.Contains("tintype_cache_reads_total", told, StringComparison.Ordinal);
        Assert.DoesNotContain("msquic", told, StringComparison.Ordinal);
        Assert.DoesNotContain("microsoft_aspnetcore_routing", told, StringComparison.Ordinal);
        Assert.DoesNotContain(EventSource.GetSources(), source => source.Name.StartsWith("Microsoft", StringComparison.Ordinal) && source.Name.Contains("AspNetCore", StringComparison.Ordinal) && source.IsEnabled());
    }
}
