using Tintype.Storage.Shards;

namespace Tintype.Http;

/// <summary>
/// Whoever has written something is answered once other processes were told, so that the next request, wherever it goes, is not read from
/// a follower that does not have it yet. Costs up to some 10 ms where there are followers, nothing elsewhere.
/// </summary>
internal sealed class WordOfWrites(RequestDelegate next, ShardMap map)
{
    public Task InvokeAsync(HttpContext context)
    {
        var method = context.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method))
        {
            context.Response.OnStarting(() => map.ToldAsync(CancellationToken.None));
        }
        return next(context);
    }
}
