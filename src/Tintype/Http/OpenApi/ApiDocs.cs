using System.IO.Compression;
using Scalar.AspNetCore;
using Tintype.Http.Keeping;
using Tintype.Web;

namespace Tintype.Http.OpenApi;

/// <summary>/openapi/v1.json, and /api/docs to read it in a browser: Scalar, from this binary, for the page may load nothing from elsewhere.</summary>
internal static class ApiDocs
{
    private const string Script = "/api/docs/scalar.js";

    // Scalar puts its styles into the page itself; that is all it may do that our own pages may not.
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

    public static void AddApiDocs(this IServiceCollection services)
    {
        services.AddSingleton<ApiDocument>();
        services.AddOpenApi("v1", options =>
        {
            options.ShouldInclude = endpoint => ApiPaths.IsApi($"/{endpoint.RelativePath}") && !$"/{endpoint.RelativePath}".StartsWith("/api/docs", StringComparison.Ordinal);
            options.AddDocumentTransformer<ApiDocument>();
            options.AddSchemaTransformer<ApiDocument>();
        });
    }

    public static void MapApiDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json").AddEndpointFilter((call, next) =>
        {
            call.HttpContext.Response.Headers.CacheControl = Keep.Everybody;
            return next(call);
        });
        routes.MapGet("/api/docs", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return Results.Text(
                $"""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>API · Tintype</title>
                <link rel="icon" href="{StaticFiles.Url("icons/icon.svg")}" type="image/svg+xml"></head>
                <body><div id="app"></div><noscript>The same as data: <a href="/openapi/v1.json">/openapi/v1.json</a></noscript>
                <script src="{Script}"></script><script type="module" src="{StaticFiles.Url("js/on-demand/api-docs.js")}"></script></body></html>
                """, "text/html; charset=utf-8");
        }).KeptForEverybody();
        routes.MapGet(Script, (HttpContext context) =>
        {
            var packed = typeof(ScalarOptions).Assembly.GetManifestResourceStream("ScalarStaticAssets.scalar.js")!;
            context.Response.Headers.CacheControl = Keep.Everybody;
            context.Response.Headers.Vary = "Accept-Encoding";
            if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
            {
                return Results.Stream(new GZipStream(packed, CompressionMode.Decompress), "text/javascript; charset=utf-8");
            }
            context.Response.Headers.ContentEncoding = "gzip";
            return Results.Stream(packed, "text/javascript; charset=utf-8");
        });
    }
}
