using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Tintype.Http.Keeping;

namespace Tintype.Web;

/// <summary>
/// Style, scripts and icons: inside the binary, compressed once when the process starts, and served under the hash of them all
/// (/assets/{hash}/js/app.js). An address therefore never changes its content and is kept for ever; a new build has new addresses, and
/// modules import each other by relative path with no bundler to rewrite them.
/// </summary>
internal static class StaticFiles
{
    private const string Prefix = "wwwroot/";

    /// <summary>Below this a compressed body saves nothing a network packet would notice.</summary>
    private const int LeastBytesToCompress = 500;

    private static readonly FileExtensionContentTypeProvider Types = new()
    {
        Mappings = { [".webmanifest"] = "application/manifest+json", [".js"] = "text/javascript; charset=utf-8", [".css"] = "text/css; charset=utf-8" },
    };

    private static readonly FrozenDictionary<string, Asset> All = Load();
    private static readonly string Version = VersionOf(All);

    /// <summary>Modules that every page needs, so that the browser asks for all of them at once.</summary>
    public static IReadOnlyList<string> Modules { get; } =
        [.. All.Keys.Where(name => name.StartsWith("js/", StringComparison.Ordinal) && !name.StartsWith("js/on-demand/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Url)];

    /// <summary>"site.css" -> "/assets/1f0c9a2b/site.css".</summary>
    public static string Url(string name) => All.ContainsKey(name) ? $"/assets/{Version}/{name}" : throw new ArgumentException($"no such asset: {name}", nameof(name));

    public static void MapStaticFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/assets/{version}/{**name}", Reading, (string version, string name, HttpContext http) =>
            // While a new build is rolled out, an old instance is asked for new addresses: what it has there is not to be kept under them.
            Send(http, name, version == Version ? Keep.ForEver : Keep.Viewer));
        // At the root by convention or, for the service worker, because its address bounds what it may serve.
        foreach (var (path, name) in new[] { ("/favicon.ico", "icons/icon-48.png"), ("/robots.txt", "robots.txt"), ("/sw.js", "sw.js") })
        {
            routes.MapMethods(path, Reading, (HttpContext http) => Send(http, name, Keep.Everybody));
        }
    }

    private static readonly string[] Reading = ["GET", "HEAD"];

    private static async Task Send(HttpContext http, string name, string caching)
    {
        if (!All.TryGetValue(name, out var asset))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var accepts = http.Request.Headers.AcceptEncoding.ToString();
        var (body, encoding) = accepts.Contains("br", StringComparison.Ordinal) && asset.Brotli is { } brotli ? (brotli, "br")
            : accepts.Contains("gzip", StringComparison.Ordinal) && asset.Gzip is { } gzip ? (gzip, "gzip")
            : (asset.Bytes, null);
        var headers = http.Response.Headers;
        headers.CacheControl = caching;
        headers.ETag = asset.ETag;
        if (asset.Brotli is not null)
        {
            headers.Vary = "Accept-Encoding";
        }
        if (http.Request.Headers.IfNoneMatch == asset.ETag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        headers.ContentEncoding = encoding;
        http.Response.ContentType = asset.Type;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var copy = new MemoryStream();
                stream.CopyTo(copy);
                return Asset.Of(name, copy.ToArray());
            });
    }

    private static string VersionOf(FrozenDictionary<string, Asset> all)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, asset) in all.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(asset.Bytes));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset()[..5]);
    }

    private sealed record Asset(byte[] Bytes, byte[]? Brotli, byte[]? Gzip, string Type, string ETag)
    {
        public static Asset Of(string name, byte[] bytes)
        {
            var type = Types.TryGetContentType(name, out var known) ? known : "application/octet-stream";
            var squeeze = bytes.Length >= LeastBytesToCompress && !type.StartsWith("image/png", StringComparison.Ordinal);
            return new(bytes,
                squeeze ? Through(bytes, to => new BrotliStream(to, CompressionLevel.SmallestSize)) : null,
                squeeze ? Through(bytes, to => new GZipStream(to, CompressionLevel.SmallestSize)) : null,
                type, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..8])}\"");
        }
        private static byte[] Through(byte[] bytes, Func<Stream, Stream> compressor)
        {
            using var to = new MemoryStream();
            using (var stream = compressor(to))
            {
                stream.Write(bytes);
            }

            return to.ToArray();
        }
    }
}
