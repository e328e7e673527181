using System.Globalization;

namespace Tintype.Http;

/// <summary>
/// Which page of a list by id, newest first: older than max_id, or newer than since_id, or just above min_id. Tolerant: a limit out of
/// range is clamped, a bad or zero id counts as absent, a parameter given twice counts once.
/// </summary>
internal readonly record struct Paging(long MaxId, long SinceId, long MinId, int Limit, int Offset)
{
    public static Paging Of(HttpContext context, int standard = 20, int most = 40)
    {
        if (!context.Request.QueryString.HasValue)
        {
            return new Paging(0, 0, 0, standard, 0);
        }
        if (LimitAlone(context) is { IsEmpty: false } digits)
        {
            return new Paging(0, 0, 0, int.Parse(digits, CultureInfo.InvariantCulture) is var wanted and > 0 ? Math.Min(wanted, most) : standard, 0);
        }
        var query = context.Request.Query;
        var limit = int.TryParse(query["limit"].FirstOrDefault(), out var asked) && asked > 0 ? Math.Min(asked, most) : standard;
        var offset = int.TryParse(query["offset"].FirstOrDefault(), out var skip) && skip > 0 ? Math.Min(skip, 10_000) : 0;
        return new Paging(Id(query["max_id"]), Id(query["since_id"]), Id(query["min_id"]), limit, offset);

        static long Id(Microsoft.Extensions.Primitives.StringValues text) =>
            long.TryParse(text.FirstOrDefault(), out var id) && id > 0 ? id : 0;
    }

    /// <summary>Exclusive upper bound for SQL.</summary>
    public long Below => MaxId > 0 ? MaxId : long.MaxValue;

    /// <summary>Exclusive lower bound for SQL.</summary>
    public long Above => Math.Max(SinceId, MinId);

    /// <summary>min_id asks for the page just above it: oldest first in SQL, then turned round.</summary>
    public bool Upwards => MinId > 0;

    /// <summary>Asks for the newest there are.</summary>
    public bool IsTop => this is { MaxId: 0, SinceId: 0, MinId: 0, Offset: 0 };

    public Storage.Model.IdRange Range => new(Below, Above, Upwards, Limit);

    /// <summary>
    /// Writes the Link header: next first, absolute addresses that contain '?'. No next when <paramref name="more"/> is false.
    /// </summary>
    /// <param name="newest">Id of the first item (by the list's own order), 0 for an empty page.</param>
    /// <param name="oldest">Id of the last item.</param>
    public static void Link(HttpContext context, string publicUrl, long newest, long oldest, bool more)
    {
        if (newest != 0)
        {
            context.Response.Headers.Link = LinkOf(context, publicUrl, newest, oldest, more);
        }
    }

    /// <summary>What <see cref="Link"/> writes, for pages that are not empty.</summary>
    public static string LinkOf(HttpContext context, string publicUrl, long newest, long oldest, bool more)
    {
        var kept = !context.Request.QueryString.HasValue ? ""
            : LimitAlone(context) is { IsEmpty: false } digits ? $"limit={digits}&"
            : Others(context.Request.Query);
        var address = $"{publicUrl}{context.Request.Path}?{kept}";
        var prev = $"<{address}min_id={newest}>; rel=\"prev\"";
        return more ? $"<{address}max_id={oldest}>; rel=\"next\", {prev}" : prev;
    }

    /// <summary>The digits of ?limit=20 where that is all there is, as apps ask for the top of a feed: no need to take the query apart.</summary>
    private static ReadOnlySpan<char> LimitAlone(HttpContext context)
    {
        const string start = "?limit=";
        const int mostDigits = 9;
        var query = context.Request.QueryString.Value;
        return query!.StartsWith(start, StringComparison.Ordinal) && query.AsSpan(start.Length) is { Length: > 0 and <= mostDigits } digits && !digits.ContainsAnyExceptInRange('0', '9')
            ? digits : default;
    }

    /// <summary>What else was asked for goes along, each parameter with "&amp;" behind it.</summary>
    private static string Others(IQueryCollection query)
    {
        var kept = "";
        foreach (var (key, values) in query)
        {
            if (key is "max_id" or "since_id" or "min_id" || key.Contains(',') || key.Contains(';'))
            {
                continue;
            }
            for (var i = 0; i < (key == "limit" ? Math.Min(1, values.Count) : values.Count); i++)
            {
                kept += $"{Uri.EscapeDataString(key)}={Uri.EscapeDataString(values[i] ?? "")}&";
            }
        }
        return kept;
    }
}
