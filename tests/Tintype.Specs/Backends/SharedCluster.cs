using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tintype.Servers;
using Xunit;

namespace Tintype.Specs.Backends;

/// <summary>
/// The running cluster of TINTYPE_SPECS_CLUSTER as one World after another has it: emptied, and alone in it. Specs that speak HTTP go
/// through its proxy and gateways; what they put straight into tables goes into its databases.
/// </summary>
internal sealed class SharedCluster : IDisposable
{
    // As many looks in a row must find nothing: two instances of each app set answer in turn.
    private const int Looks = 8;

    // Of caches that have missed something: a few seconds, and a proxy's one.
    private static readonly TimeSpan LongestMemory = TimeSpan.FromSeconds(20);

    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static readonly HashSet<string> Names = [];

    private readonly RunningCluster cluster;

    private SharedCluster(RunningCluster cluster) => this.cluster = cluster;

    public string Url => cluster.Url;

    /// <summary>Whether specs are to run against one.</summary>
    public static bool IsNamed => RunningCluster.Named is not null;

    /// <summary>Waits for its turn; null when specs have an instance each, as usual.</summary>
    public static async Task<SharedCluster?> EnterAsync()
    {
        if (RunningCluster.Named is not { } cluster)
        {
            return null;
        }
        await Turn.WaitAsync();
        var entered = new SharedCluster(cluster);
        try
        {
            foreach (var (name, value) in cluster.Settings)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
            using var http = new HttpClient { BaseAddress = new Uri(cluster.Url) };
            await World.Until(() => EmptiedAsync(cluster, http), "the cluster has forgotten who was there before", 180);
            return entered;
        }
        catch
        {
            entered.Dispose();
            throw;
        }
    }

    /// <summary>For specs that start servers of their own before they have a World.</summary>
    public static void SkipWhenNamed() => Assert.SkipWhen(RunningCluster.Named is not null, "needs servers of its own");

    /// <summary>Somebody of this name is in it from now on.</summary>
    public static void Note(string name) => Names.Add(name);

    public void Dispose() => Turn.Release();

    // A job that was at work meanwhile may have put something back.
    private static async Task<bool> EmptiedAsync(RunningCluster cluster, HttpClient http)
    {
        try
        {
            await cluster.EmptyAsync();
        }
        catch (InvalidOperationException)
        {
            return false; // Somebody was busy. Then once more.
        }
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < LongestMemory; await Task.Delay(200))
        {
            if (await ForgottenAsync(http))
            {
                return true;
            }
        }
        return false;
    }

    private static async Task<bool> ForgottenAsync(HttpClient http)
    {
        for (var look = 0; look < Looks; look++)
        {
            foreach (var name in Names)
            {
                using var found = await http.GetAsync($"/api/v1/accounts/lookup?acct={name}");
                if (found.StatusCode != HttpStatusCode.NotFound)
                {
                    return false;
                }
            }
            using var shown = await http.GetAsync("/api/v1/timelines/public");
            // It leads on wherever there are rows, be it of posts that are gone: some job has put them back.
            if (shown.Headers.Contains("Link") || (await shown.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength() > 0)
            {
                return false;
            }
        }
        return true;
    }
}
