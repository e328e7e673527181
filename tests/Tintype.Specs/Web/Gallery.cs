using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tintype.Demo.Painting;
using Tintype.Media;
using Tintype.Web;
using Tintype.Web.Views;
using Xunit;

namespace Tintype.Specs.Web;

/// <summary>
/// Every page with made-up views and painted photos, without the rest of the app: to look at, and to hold against rules that are about
/// pages alone. /show/{name} answers the page of that name in <see cref="GalleryPages.All"/>.
/// </summary>
public sealed class Gallery : IAsyncLifetime
{
    private static readonly Motif[] Motifs = Enum.GetValues<Motif>();
    private static readonly ConcurrentDictionary<int, Painting> Painted = new();
    private WebApplication? app;

    public string Url => app!.Urls.First();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRazorComponents();
        builder.Services.AddSingleton(new Settings());
        app = builder.Build();
        app.UseWhen(http => http.Request.Query.ContainsKey("slowly"), slow => slow.Use(SendInPiecesAsync));
        app.UseMiddleware<SecurityHeaders>();
        app.UseRouting();
        app.MapStaticFiles();
        app.MapGet("/avatars/letter/{username}.svg", (string username, HttpContext http) => AvatarEndpoints.SendLetter(username, http));
        app.MapGet("/show/{name}", (string name, HttpContext http) => GalleryPages.All[name](new PageContext(
            GalleryPages.IsForStrangers(name) ? null : GalleryPages.Viewer, "token", $"/show/{name}", http.Request.Headers.ContainsKey("X-Fragment"),
            GalleryPages.Now, "https://tintype.example", name == "home-notice" ? new NoticeView("Photo deleted.", "/posts/1/restore") : null)));
        app.MapGet("/media/{id}/state", () => Results.Json(new { state = "processing" }));
        app.MapGet("/photo/{number:int}/{file}", (int number) => Results.Bytes(Paint(number).Jpeg, "image/jpeg"));
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync() => await app!.DisposeAsync();

    /// <summary>Width and height of a picture in the gallery, in pixels.</summary>
    internal static (int Width, int Height) SizeOf(int number) => (Paint(number).Width, Paint(number).Height);

    // As over a thin line: the browser shows what it has while the rest arrives.
    private static async Task SendInPiecesAsync(HttpContext http, RequestDelegate next)
    {
        var line = http.Response.Body;
        using var whole = new MemoryStream();
        http.Response.Body = whole;
        await next(http);
        http.Response.Body = line;
        http.Response.ContentLength = null;
        foreach (var piece in whole.ToArray().Chunk(200))
        {
            await line.WriteAsync(piece, http.RequestAborted);
            await line.FlushAsync(http.RequestAborted);
            await Task.Delay(20, http.RequestAborted);
        }
    }

    private static Painting Paint(int number) => Painted.GetOrAdd(number, n => Painter.Paint(Motifs[n % Motifs.Length], n));
}
