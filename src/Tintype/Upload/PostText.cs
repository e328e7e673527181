namespace Tintype.Upload;

/// <summary>What may stand in a post: bounds, and how text is cleaned before it is stored.</summary>
internal static class PostText
{
    public const int MaxCaption = 2_200;
    public const int MaxAlt = 1_500;
    public const int MaxPlace = 100;
    public const int MaxPhotos = 10;
    public const int MaxTagged = 20;

    /// <summary>Counted as people count: an emoji outside the basic plane is one.</summary>
    public static bool TooLong(string text, int max) => text.Length > max && text.EnumerateRunes().Count() > max;

    /// <summary>Line ends as \n, no control characters (PostgreSQL refuses NUL), no blanks around.</summary>
    public static string Clean(string text) =>
        new string([.. text.ReplaceLineEndings("\n").Where(c => c == '\n' || c == '\t' || !char.IsControl(c))]).Trim();

    /// <summary>For texts that come with a photo that is already kept: what is over is left away.</summary>
    public static string? Cut(string? text, int max) =>
        text is null || !TooLong(text, max) ? text : string.Concat(text.EnumerateRunes().Take(max));
}
