using System.Net;
using System.Text.Json;
using Tintype.Storage.Cache;

namespace Tintype.Http;

/// <summary>
/// /healthz/live: the process answers. /healthz/ready: so does what its roles cannot do without, or it says what does not;
/// /healthz/ready/feed asks for one role. /metrics: Prometheus text.
/// </summary>
internal static class Health
{
    /// <summary>Of /metrics/caches: a list of <see cref="CacheReport"/>.</summary>
    public static readonly JsonSerializerOptions CachesJson = new(JsonSerializerDefaults.Web);

    /// <param name="roles">Those of this process, with what each needs.</param>
    public static void MapHealth(this IEndpointRouteBuilder routes, IReadOnlyDictionary<string, Needs> roles)
    {
        routes.MapLiveness();
        // With keys that are hot, names and searches among them: never public.
        routes.MapGet("/metrics/caches", (HttpContext context, CacheLevels levels) => IsLocal(context)
            ? Results.Json(levels.All.Select(cache => cache.Report()).ToList(), CachesJson)
            : Results.NotFound());
        routes.MapGet("/healthz/ready", (Readiness readiness) => AnswerAsync(readiness, roles.Values.Aggregate(Needs.Nothing, (all, some) => all | some)));
        routes.MapGet("/healthz/ready/{role}", async (string role, Readiness readiness) => roles.TryGetValue(role, out var needs)
            ? await AnswerAsync(readiness, needs)
            : Results.Text($"not ready: this process does not have the role '{role}'\n", statusCode: 503));
    }

    public static void MapLiveness(this IEndpointRouteBuilder routes)
    {
        RuntimeFigures.EnsureChosen();
        routes.MapGet("/healthz/live", () => Results.Text("live\n"));
        // Figures are for operators: loopback only, unless Metrics:Public says otherwise.
        routes.MapGet("/metrics", async (HttpContext context, Settings settings) =>
        {
            if (!IsForOperator(context, settings))
            {
                context.Response.StatusCode = 404;
                return;
            }
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await Prometheus.Metrics.DefaultRegistry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
        });
    }

    private static bool IsForOperator(HttpContext context, Settings settings) =>
        settings.Metrics.Public || IsLocal(context);

    private static bool IsLocal(HttpContext context) => context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    private static async Task<IResult> AnswerAsync(Readiness readiness, Needs needs)
    {
        var (missing, degraded) = await readiness.CheckAsync(needs);
        var lines = missing.Select(what => $"not ready: {what}").Concat(degraded.Select(what => $"degraded: {what}"));
        return missing.Count == 0
            ? Results.Text(string.Join('\n', lines.Prepend("ready")) + "\n")
            : Results.Text(string.Join('\n', lines) + "\n", statusCode: 503);
    }
}
