using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tintype.Commands;
using Tintype.Http;

namespace Tintype.Bench;

/// <summary>Where the server under measurement answers.</summary>
internal sealed record BenchAddresses(string Feed, string Fixed, int ProcessId);

/// <summary>
/// The server under measurement: the app as it ships, serving feeds; beside it a bare Kestrel, set as the app's, that answers n fixed bytes at /n, and at
/// /n/m as many in twenty pieces from anywhere in m. Prints its addresses as one line of JSON and stops when its input ends.
/// </summary>
internal static class FeedBenchServer
{
    private const int Pieces = 20;

    // 256 MiB: no cache of a processor holds it.
    private const int MostFar = 1 << 28;

    public static async Task<int> RunAsync(FeedBenchPlace place)
    {
        await using var app = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], place.Adjust);
        await app.StartAsync();
        _ = ActivatorUtilities.CreateInstance<SpareMemory>(app.Services).RunAsync(app.Lifetime.ApplicationStopping);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseTintypeSockets(new Settings());
        await using var bare = builder.Build();
        var bytes = new byte[1 << 20];
        bytes.AsSpan().Fill((byte)'x');
        var far = new Lazy<byte[]>(() =>
        {
            var all = new byte[MostFar];
            all.AsSpan().Fill((byte)'x');
            return all;
        });
        bare.Run(context =>
        {
            var numbers = context.Request.Path.Value.AsSpan(1);
            var slash = numbers.IndexOf('/');
            var length = int.Parse(slash < 0 ? numbers : numbers[..slash], CultureInfo.InvariantCulture);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = length;
            return slash < 0
                ? context.Response.Body.WriteAsync(bytes.AsMemory(0, length)).AsTask()
                : GatherAsync(context.Response, length, far.Value.AsMemory(0, (int)long.Min(MostFar, long.Parse(numbers[(slash + 1)..], CultureInfo.InvariantCulture))));
        });
        await bare.StartAsync();

        Console.WriteLine(JsonSerializer.Serialize(new BenchAddresses(app.Urls.First(), bare.Urls.First(), Environment.ProcessId)));
        await Console.In.ReadToEndAsync();
        await bare.StopAsync();
        await app.StopAsync();
        return 0;
    }

    // As a page is put together: what it is made of lies anywhere.
    private static async Task GatherAsync(HttpResponse response, int length, ReadOnlyMemory<byte> from)
    {
        await response.StartAsync();
        var page = response.BodyWriter.GetSpan(length)[..length];
        var piece = (length + Pieces - 1) / Pieces;
        for (var at = 0; at < length; at += piece)
        {
            var next = page[at..Math.Min(at + piece, length)];
            from.Span.Slice(Random.Shared.Next(from.Length - next.Length), next.Length).CopyTo(next);
        }
        response.BodyWriter.Advance(length);
        await response.BodyWriter.FlushAsync();
    }
}
