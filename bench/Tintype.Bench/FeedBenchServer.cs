using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tintype.Http;

namespace Tintype.Bench;

/// <summary>Where the server under measurement answers.</summary>
internal sealed record BenchAddresses(string Feed, string Fixed, int ProcessId);

/// <summary>
/// The server under measurement: the app as it ships, serving feeds; beside it a bare Kestrel, set as the app's, that answers n fixed bytes at /n. Prints
/// its addresses as one line of JSON and stops when its input ends.
/// </summary>
internal static class FeedBenchServer
{
    public static async Task<int> RunAsync(FeedBenchPlace place)
    {
        await using var app = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], place.Adjust);
        await app.StartAsync();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseTintypeSockets(new Settings());
        await using var bare = builder.Build();
        var bytes = new byte[1 << 20];
        bytes.AsSpan().Fill((byte)'x');
        bare.Run(context =>
        {
            var length = int.Parse(context.Request.Path.Value.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = length;
            return context.Response.Body.WriteAsync(bytes.AsMemory(0, length)).AsTask();
        });
        await bare.StartAsync();

        Console.WriteLine(JsonSerializer.Serialize(new BenchAddresses(app.Urls.First(), bare.Urls.First(), Environment.ProcessId)));
        await Console.In.ReadToEndAsync();
        await bare.StopAsync();
        await app.StopAsync();
        return 0;
    }
}
