using Tintype.Http.Keeping;
using Tintype.Web.Screens;
using Tintype.Web.Views;

namespace Tintype.Web;

/// <summary>What a person sees when something is not there or went wrong: what happened, what is safe, what to do.</summary>
internal static class ErrorPages
{
    private const string Safe = "Your photos and everything you saved are safe.";

    public static IResult Answer(int status, string message) => new ErrorPageResult(ViewOf(status, message));

    /// <summary>The page that the service worker keeps for when there is no connection: the same for everybody.</summary>
    public static void MapOfflinePage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/offline", (Settings settings, TimeProvider time) => Pages.Show<ErrorPage>(
            Nobody(settings, time), new ErrorView(0, "You are offline", "Tintype could not be reached. Nothing is lost; try again when there is a connection.", null)))
            .KeptForEverybody();

    private static ErrorView ViewOf(int status, string message) => status switch
    {
        401 or 403 => new(status, "Not here, or not yet", message, null),
        404 => new(status, "Nothing hangs here", "The page was deleted or moved, or only some people may see it.", null),
        429 => new(status, "A little slower, please", $"You have done this very often in a short time. Wait a few minutes and go on. {Safe}", null),
        503 => new(status, "Back in a moment", $"This part of the site does not answer right now. {Safe} Try again in a few seconds.", null),
        >= 500 => new(status, "Something broke on our side", $"{Safe} Try again in a moment.", null),
        _ => new(status, "That did not work", message, null),
    };

    private static PageContext Nobody(Settings settings, TimeProvider time) => new(null, null, "/", false, time.GetUtcNow(), settings.PublicUrl, null);

    private sealed class ErrorPageResult(ErrorView view) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var services = httpContext.RequestServices;
            // When something is broken, the page that says so must not need it; and a gateway, which has no Pages, knows nobody.
            var page = view.Status < 500 && services.GetService<Pages>() is { } pages
                ? await pages.OpenAsync(httpContext)
                : Nobody(services.GetRequiredService<Settings>(), services.GetRequiredService<TimeProvider>());
            var shown = view.Status >= 500 ? view with { TraceId = httpContext.TraceIdentifier } : view;
            await Pages.Show<ErrorPage>(page with { IsFragment = false }, shown, view.Status).ExecuteAsync(httpContext);
        }
    }
}
