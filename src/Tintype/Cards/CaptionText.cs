using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Tintype.Storage.Model;

namespace Tintype.Cards;

/// <summary>What stands in a caption: #tags, @mentions, addresses. Found the same way wherever it matters.</summary>
internal static partial class CaptionText
{
    public const int MaxTags = 30;

    /// <summary>Distinct tags without #, lower case, in order of appearance; at most <see cref="MaxTags"/>.</summary>
    public static IReadOnlyList<string> Tags(string caption) =>
        [.. Pieces().Matches(caption).Where(match => match.Groups["tag"].Success).Select(match => Tag(match.Groups["tag"].Value)).Distinct().Take(MaxTags)];

    /// <summary>Distinct usernames after @, lower case.</summary>
    public static IReadOnlyList<string> Mentions(string caption) =>
        [.. Pieces().Matches(caption).Where(match => match.Groups["name"].Success).Select(match => match.Groups["name"].Value.ToLowerInvariant()).Distinct()];

    /// <summary>A tag as it is stored and compared.</summary>
    public static string Tag(string text) => text.TrimStart('#').Normalize(NormalizationForm.FormKC).ToLowerInvariant();

    /// <summary>The last part of a place's address: name and country, lower case, words joined by dashes.</summary>
    public static string PlaceKey(Place place) => NotWord().Replace($"{place.Name} {place.Country}".Trim().ToLower(CultureInfo.InvariantCulture), "-").Trim('-');

    [GeneratedRegex("""(?<![\w/&])#(?<tag>[\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*)|(?<![\w/])@(?<name>[A-Za-z0-9_](?:[A-Za-z0-9_.]*[A-Za-z0-9_])?)|(?<url>https?://[^\s<>"']+[^\s<>"'.,;:!?)])""")]
    internal static partial Regex Pieces();

    [GeneratedRegex("""[^\p{L}\p{N}]+""")]
    private static partial Regex NotWord();
}

/// <summary>A caption as HTML: escaped, with links for tags, known people, and addresses.</summary>
internal static class CaptionHtml
{
    /// <param name="known">People whose @name becomes a link; other names stay text.</param>
    /// <param name="root">Empty for relative links on pages, the public address for apps.</param>
    public static string Of(string caption, IReadOnlyList<Mention> known, string root = "")
    {
        var html = new StringBuilder(caption.Length + 64);
        var at = 0;
        foreach (Match match in CaptionText.Pieces().Matches(caption))
        {
            html.Append(Text(caption[at..match.Index]));
            at = match.Index + match.Length;
            html.Append(Link(match, known, root) ?? Text(match.Value));
        }
        return html.Append(Text(caption[at..])).ToString();
    }

    private static string? Link(Match match, IReadOnlyList<Mention> known, string root)
    {
        if (match.Groups["tag"] is { Success: true } tag)
        {
            return $"<a href=\"{root}/tags/{Uri.EscapeDataString(CaptionText.Tag(tag.Value))}\" class=\"mention hashtag\" rel=\"tag\">#<span>{Text(tag.Value)}</span></a>";
        }
        if (match.Groups["name"] is { Success: true } name)
        {
            var person = known.FirstOrDefault(mention => mention.Username.Equals(name.Value, StringComparison.OrdinalIgnoreCase));
            return person is null ? null : $"<a href=\"{root}/@{person.Username}\" class=\"u-url mention\">@<span>{Text(person.Username)}</span></a>";
        }
        var url = Text(match.Value);
        return $"<a href=\"{url}\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">{url}</a>";
    }

    // Letters of every script stay themselves: entities would make a Chinese caption three times as long.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);

    private static string Text(string plain) => Encoder.Encode(plain).Replace("&#xA;", "<br>", StringComparison.Ordinal).Replace("&#xD;", "", StringComparison.Ordinal);
}
