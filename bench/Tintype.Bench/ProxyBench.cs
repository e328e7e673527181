using System.Globalization;
using System.Text;
using Tintype.Servers;

namespace Tintype.Bench;

/// <summary>
/// What a hit costs: the landing page from each caching proxy that has it, and from Tintype itself, in turns. Proxies and
/// Tintype are processes of their own, so that their CPU time is their own.
/// </summary>
internal static class ProxyBench
{
    private const string Page = "/";
    private const int Rounds = 5;
    private const int Connections = 32;

    private static readonly string[] Proxies = ["nginx", "varnish", "squid", "trafficserver"];

    /// <param name="Id">The process at the root of its tree.</param>
    private sealed record Measured(string Name, Uri Url, int Id, List<(double PerSecond, double MicrosecondsOfCpu)> Rounds);

    public static async Task<int> RunAsync(int requests)
    {
        var data = Directory.CreateTempSubdirectory("tintype-bench-").FullName;
        using var server = FeedBench.Start(new FeedBenchPlace(data, "", ""));
        using var http = new HttpClient();
        var origin = await FeedBench.AddressesAsync(server.StandardOutput);
        var running = new List<CachingProxy>();
        try
        {
            List<Measured> all = [new("Tintype itself", new Uri(origin.Feed), origin.ProcessId, [])];
            foreach (var name in Proxies)
            {
                var proxy = await CachingProxy.StartAsync(name, new Uri(origin.Feed));
                running.Add(proxy);
                all.Add(new(name, new Uri(proxy.Url), proxy.ProcessId, []));
                await http.GetStringAsync($"{proxy.Url}{Page}"); // What is passed on while it is first fetched may come in chunks.
            }
            for (var round = -1; round < Rounds; round++) // One to warm up.
            {
                foreach (var one in all)
                {
                    var request = Encoding.ASCII.GetBytes($"GET {Page} HTTP/1.1\r\nHost: {one.Url.Authority}\r\n\r\n");
                    var before = CpuOf(one.Id);
                    var load = await Load.RunAsync(one.Url, Connections, requests, () => request);
                    if (round >= 0)
                    {
                        one.Rounds.Add((load.Requests / load.Took.TotalSeconds, (CpuOf(one.Id) - before).TotalMicroseconds / load.Requests));
                    }
                }
            }
            Console.WriteLine($"{Page}, {requests} requests on {Connections} connections, medians of {Rounds} rounds in turns");
            Console.WriteLine("| | requests/s | CPU per request |");
            Console.WriteLine("|---|---|---|");
            foreach (var one in all)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {one.Name} | {Median(one, round => round.PerSecond):N0} | {Median(one, round => round.MicrosecondsOfCpu):N0} us |"));
            }
            return 0;
        }
        finally
        {
            foreach (var proxy in running)
            {
                await proxy.DisposeAsync();
            }
            server.StandardInput.Close();
            await server.WaitForExitAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private static double Median(Measured one, Func<(double PerSecond, double MicrosecondsOfCpu), double> of) => one.Rounds.Select(of).Order().ElementAt(Rounds / 2);

    /// <summary>Of a process and all that it started: fields 14 and 15 of /proc/PID/stat, in hundredths of a second.</summary>
    private static TimeSpan CpuOf(int root)
    {
        var stats = Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(Stat).OfType<string[]>()
            .ToDictionary(fields => int.Parse(fields[0], CultureInfo.InvariantCulture));
        var ticks = 0L;
        var tree = new Queue<int>([root]);
        while (tree.TryDequeue(out var id))
        {
            ticks += stats.TryGetValue(id, out var fields) ? long.Parse(fields[12], CultureInfo.InvariantCulture) + long.Parse(fields[13], CultureInfo.InvariantCulture) : 0;
            foreach (var child in stats.Values.Where(other => int.Parse(other[2], CultureInfo.InvariantCulture) == id))
            {
                tree.Enqueue(int.Parse(child[0], CultureInfo.InvariantCulture));
            }
        }
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    /// <summary>Id, state, parent, ... : the name, which may hold blanks, is left out.</summary>
    private static string[]? Stat(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            return [text[..text.IndexOf(' ')], .. text[(text.LastIndexOf(')') + 2)..].Split(' ')];
        }
        catch (IOException)
        {
            return null; // It ended meanwhile.
        }
    }
}
