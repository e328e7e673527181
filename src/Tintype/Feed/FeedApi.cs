using Tintype.Cards;
using Tintype.Http;

namespace Tintype.Feed;

/// <summary>The home timeline of the client API.</summary>
internal static class FeedApi
{
    /// <summary>What apps ask for most: a plain handler, without filters and bound arguments, which would cost as much as all it does.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var (feed, statuses) = (services.GetRequiredService<HomeFeed>(), services.GetRequiredService<StatusPages>());
        var publicUrl = services.GetRequiredService<Settings>().PublicUrl;
        RequestDelegate home = async context =>
        {
            if (CurrentUserOfRequest.Refusal(context, "read:statuses") is { } refusal)
            {
                await refusal.ExecuteAsync(context);
                return;
            }
            var (reader, paging) = (context.User()!, Paging.Of(context));
            var page = await feed.PageAsync(reader, paging, FeedRules.BelongsInApps, paging.IsTop ? CancellationToken.None : context.RequestAborted);
            if (page.Cards.Length > 0)
            {
                var query = context.Request.QueryString.Value;
                var link = page.Link is { } made && made.Query == query ? made
                    : page.Link = new FeedLink(query, Paging.LinkOf(context, publicUrl, page.Newest, page.Oldest, page.More));
                context.Response.Headers.Link = link.Header;
            }
            var answer = page.Answer = await statuses.OfAsync(page.Cards, reader.Id, page.Answer);
            await answer.ExecuteAsync(context);
        };
        // The document of the API lists what carries a method; a plain handler does not by itself.
        routes.MapGet("/api/v1/timelines/home", home).WithMetadata(home.Method);
    }
}
