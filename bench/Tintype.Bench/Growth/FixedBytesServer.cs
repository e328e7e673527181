using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tintype.Http;

namespace Tintype.Bench.Growth;

/// <summary>The control: a bare Kestrel, in a process of its own, that answers n fixed bytes at /n.</summary>
internal sealed class FixedBytesServer : IAsyncDisposable
{
    private FixedBytesServer(Process process, Uri url)
    {
        Process = process;
        Url = url;
    }

    public Process Process { get; }

    public Uri Url { get; }

    public static async Task<FixedBytesServer> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(FixedBytesServer).Assembly.Location);
        }
        start.ArgumentList.Add("fixed-bytes-server");
        var process = Process.Start(start)!;
        return new FixedBytesServer(process, new Uri(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the control did not come up")));
    }

    /// <summary>The other process: prints its address and stops when its input ends.</summary>
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseTintypeSockets(new Settings());
        await using var bare = builder.Build();
        var bytes = new byte[1 << 20];
        bare.Run(context =>
        {
            var length = int.Parse(context.Request.Path.Value.AsSpan(1), CultureInfo.InvariantCulture);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = length;
            return context.Response.Body.WriteAsync(bytes.AsMemory(0, length)).AsTask();
        });
        await bare.StartAsync();
        Console.WriteLine(bare.Urls.First());
        await Console.In.ReadToEndAsync();
        await bare.StopAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        Process.StandardInput.Close();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }
}
