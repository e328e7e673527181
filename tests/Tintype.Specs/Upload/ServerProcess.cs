using System.Diagnostics;
using System.Net;
using Tintype.Servers;

namespace Tintype.Specs.Upload;

/// <summary>The real binary in a process of its own, which can be killed as a power cut would.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, string url)
    {
        this.process = process;
        Url = url;
    }

    public string Url { get; }

    /// <param name="settings">Such as --Tintype:DrainSeconds=1.</param>
    public static Task<ServerProcess> StartAsync(string data, params string[] settings) => StartAsync(data, openFiles: null, settings);

    /// <param name="openFiles">How many descriptors the system lets it have.</param>
    public static async Task<ServerProcess> StartAsync(string data, int? openFiles, params string[] settings)
    {
        var url = $"http://127.0.0.1:{LoopbackPort.Take()}";
        string[] serve = [Path.Combine(AppContext.BaseDirectory, "Tintype"), "serve", "--urls", url, "--data", data, .. settings];
        // The shell gives way to the server: its id is the server's.
        string[] line = openFiles is { } most ? ["bash", "-c", $"ulimit -n {most}; exec \"$@\"", "server", .. serve] : serve;
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["Tintype__RateLimits__Enabled"] = "false",
                // What a killed worker held is taken up again after this long; a minute in earnest.
                ["Tintype__Jobs__LeaseSeconds"] = "2",
                ["Tintype__Jobs__PollSeconds"] = "0.05",
            },
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, url);
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        await World.Until(() => server.IsReadyAsync(http), "the server is ready");
        return server;
    }

    /// <summary>SIGKILL: nothing of the process gets to say goodbye.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a supervisor sends it; it does not wait.</summary>
    public async Task TellToStopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }
        process.Dispose();
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        if (process.HasExited)
        {
            throw new InvalidOperationException($"The server ended with exit code {process.ExitCode}.");
        }
        try
        {
            using var response = await http.GetAsync("/healthz/ready");
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
