namespace Tintype.Servers;

/// <summary>A caching proxy in front of something, started by <c>deploy/proxies/run</c> with the configuration that is deployed.</summary>
public sealed class CachingProxy : IAsyncDisposable
{
    // The folder is made by the keeper; the proxy's own user gets one inside.
    private const string Script = """up() { (export LISTEN="$2" ORIGIN="$3" FOLDER="$root/proxy"; exec "$4" "$1") & }""";

    private readonly ServerProcess process;

    private CachingProxy(ServerProcess process, string url)
    {
        this.process = process;
        Url = url;
    }

    public string Url { get; }

    /// <summary>Of what started it: the proxy's own processes are below.</summary>
    public int ProcessId => process.Id;

    /// <param name="name">nginx, varnish, squid or trafficserver.</param>
    /// <param name="origins">Where Tintype answers; its /healthz/live is asked to see whether the proxy is there.</param>
    public static async Task<CachingProxy> StartAsync(string name, params Uri[] origins)
    {
        var listen = $"127.0.0.1:{LoopbackPort.Take()}";
        using var http = new HttpClient { BaseAddress = new Uri($"http://{listen}"), Timeout = TimeSpan.FromSeconds(5) };
        var process = await ServerProcess.StartAsync(name, Script, async () => (await http.GetAsync("/healthz/live")).IsSuccessStatusCode, name, listen, string.Join(',', origins.Select(origin => origin.Authority)), Run());
        return new CachingProxy(process, http.BaseAddress.ToString().TrimEnd('/'));
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static string Run()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tintype.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("these specs run inside the repository");
        }
        return Path.Combine(folder.FullName, "deploy", "proxies", "run");
    }
}
