namespace Tintype.Upload.Pictures;

/// <summary>Names what people send by mistake, so that the refusal says what it was.</summary>
internal static class Strangers
{
    public static PictureRefusal Refuse(ReadOnlySpan<byte> start) => NameOf(start) is { } name
        ? PictureRefusal.Unsupported(name)
        : PictureRefusal.NotAPicture;

    private static string? NameOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("%PDF"u8))
        {
            return "a PDF document";
        }
        if (start.StartsWith("PK\x03\x04"u8))
        {
            return "an archive or an office document";
        }
        if (start.StartsWith("BM"u8))
        {
            return "a BMP picture";
        }
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8))
        {
            return "a TIFF or raw picture";
        }
        if (start.Length >= 8 && start[4..].StartsWith("ftyp"u8))
        {
            return "a video";
        }
        var text = start.TrimStart(" \t\r\n\uFEFF"u8);
        return text.StartsWith("<svg"u8) || text.StartsWith("<?xml"u8) ? "a drawing (SVG)"
            : text.StartsWith("<"u8) ? "a web page"
            : null;
    }
}
