namespace Tintype.Accounts;

/// <summary>Where an app may be sent an authorization code.</summary>
internal static class RedirectUris
{
    /// <summary>No address: the code is shown on a page and copied by hand.</summary>
    public const string OutOfBand = "urn:ietf:wg:oauth:2.0:oob";

    private const int MaxLength = 2000;

    // These run in the page or read from this device instead of going anywhere.
    private static readonly string[] Dangerous = ["javascript", "data", "vbscript", "blob", "file", "filesystem", "about", "view-source", "ws", "wss", "ftp"];

    /// <summary>https, http to this device only, an app's own scheme, or out of band; without a fragment.</summary>
    public static bool IsAllowed(string text) =>
        text == OutOfBand
        || text.Length <= MaxLength && !text.Contains('#', StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme switch
        {
            "https" => uri.Host.Length > 0 && uri.UserInfo.Length == 0,
            "http" => uri.IsLoopback && uri.UserInfo.Length == 0,
            "urn" => false,
            var scheme => !Dangerous.Contains(scheme),
        };

    /// <summary>The address with parameters added; null ones are left out.</summary>
    public static string With(string uri, params (string Name, string? Value)[] parameters) =>
        uri + (uri.Contains('?', StringComparison.Ordinal) ? "&" : "?")
        + string.Join('&', parameters.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));

    /// <summary>Who gets the answer, as a person can check it.</summary>
    public static string Destination(string text) =>
        text == OutOfBand ? "you, as a code to copy"
        : new Uri(text) is { Scheme: "https" } site ? site.Host
        : "an app on this device";

    /// <summary>What a page must allow its form to lead to, for its Content-Security-Policy; null for nothing beyond this site.</summary>
    public static string? FormTarget(string text) =>
        text == OutOfBand ? null
        : new Uri(text) is { Scheme: "https" or "http" } site ? site.GetLeftPart(UriPartial.Authority)
        : $"{new Uri(text).Scheme}:";
}
