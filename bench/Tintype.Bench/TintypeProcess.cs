using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tintype.Bench;

/// <summary>The binary as it ships, in a process of its own: a server until disposed, or a command until it ends.</summary>
internal sealed class TintypeProcess : IAsyncDisposable
{
    private readonly Process process;

    private TintypeProcess(Process process, Uri url)
    {
        this.process = process;
        Url = url;
    }

    public Uri Url { get; }

    public Process Process => process;

    /// <summary>Starts a server on a data folder, without limits, and waits until it is ready.</summary>
    public static async Task<TintypeProcess> ServeAsync(string data, params string[] more)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        listener.Stop();
        var process = Start(["serve", "--urls", url.ToString(), "--data", data, "--Tintype:RateLimits:Enabled=false", "--Tintype:DrainSeconds=0", .. more], quiet: true);
        var server = new TintypeProcess(process, url);
        using var http = new HttpClient { BaseAddress = url };
        for (var deadline = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            if (process.HasExited || deadline.Elapsed > TimeSpan.FromMinutes(2))
            {
                process.Kill();
                throw new InvalidOperationException("the server did not come up");
            }
            try
            {
                using var ready = await http.GetAsync("/healthz/ready");
                if (ready.IsSuccessStatusCode)
                {
                    return server;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
    }

    /// <summary>Runs a command to its end, its output on the screen.</summary>
    public static async Task<int> RunAsync(params string[] args)
    {
        using var process = Start(args, quiet: false);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Stops it as a supervisor would.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private static Process Start(string[] args, bool quiet)
    {
        var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Tintype"), args) { RedirectStandardOutput = quiet, RedirectStandardError = quiet })!;
        if (quiet)
        {
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, line) => Console.Error.WriteLine(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }
        return process;
    }
}
