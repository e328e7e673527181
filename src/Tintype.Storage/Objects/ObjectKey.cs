using System.Diagnostics.CodeAnalysis;

namespace Tintype.Storage.Objects;

/// <summary>
/// The name of an object: two to six segments of letters, digits, dots, dashes and underscores, parted by slashes, such as
/// <c>renditions/123/640.webp</c>. No segment starts with a dot, so no key can step out of a store's folder or meet its staging.
/// The same text is a valid key for S3 and Azure Blob.
/// </summary>
public readonly record struct ObjectKey
{
    private const int MaxLength = 200;
    private const int MaxSegments = 6;

    private ObjectKey(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="FormatException">The text is not a key.</exception>
    public static ObjectKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException($"'{text}' is not an object key.");

    public static bool TryParse([NotNullWhen(true)] string? text, out ObjectKey key)
    {
        key = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }
        var segments = text.Split('/');
        if (segments.Length is < 2 or > MaxSegments || !Array.TrueForAll(segments, IsSegment))
        {
            return false;
        }
        key = new(text);
        return true;
    }

    /// <summary>Whether the text may stand between two slashes of a key.</summary>
    internal static bool IsSegment(string text) =>
        text.Length > 0 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>What keys below a prefix of whole segments begin with: "photos/1" is not the beginning of "photos/12".</summary>
    /// <exception cref="FormatException">The text is no such prefix.</exception>
    internal static string PrefixOf(string text) =>
        Array.TrueForAll(text.Split('/', StringSplitOptions.RemoveEmptyEntries), IsSegment)
            ? text.TrimEnd('/') + '/'
            : throw new FormatException($"'{text}' is not a prefix of object keys.");

    public override string ToString() => Value ?? "";
}
