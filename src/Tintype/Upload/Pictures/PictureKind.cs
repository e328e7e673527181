using System.Buffers.Binary;

namespace Tintype.Upload.Pictures;

/// <summary>The kinds of picture that are taken in.</summary>
internal enum PictureKind { Jpeg, Png, WebP, Gif, Avif, Heic }

/// <summary>Tells a picture's kind by its first bytes; names and content types sent by clients are not asked.</summary>
internal static class PictureKinds
{
    /// <summary>So many first bytes are enough: an ISO media file names up to a dozen brands in its first box.</summary>
    public const int SignatureBytes = 64;

    /// <summary>What apps are told that we take; see "supported_mime_types" in the instance document.</summary>
    public static readonly IReadOnlyList<string> ContentTypes =
        ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic", "image/heif"];

    public static string ContentType(this PictureKind kind) => kind switch
    {
        PictureKind.Jpeg => "image/jpeg",
        PictureKind.Png => "image/png",
        PictureKind.WebP => "image/webp",
        PictureKind.Gif => "image/gif",
        PictureKind.Avif => "image/avif",
        _ => "image/heic",
    };

    public static string Extension(this PictureKind kind) => kind switch
    {
        PictureKind.Jpeg => "jpg",
        PictureKind.Png => "png",
        PictureKind.WebP => "webp",
        PictureKind.Gif => "gif",
        PictureKind.Avif => "avif",
        _ => "heic",
    };

    /// <summary>Null when the bytes begin like none of them.</summary>
    public static PictureKind? Recognise(ReadOnlySpan<byte> start) =>
        start.StartsWith(Jpeg) ? PictureKind.Jpeg
        : start.StartsWith(Png) ? PictureKind.Png
        : start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8) ? PictureKind.Gif
        : start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..].StartsWith("WEBP"u8) ? PictureKind.WebP
        : start.Length >= 12 && start[4..].StartsWith("ftyp"u8) ? RecogniseIsoMedia(start)
        : null;

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];
    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>AVIF and HEIC share a container (ISO/IEC 23008-12); the brands in its first box tell which codec is inside.</summary>
    private static PictureKind? RecogniseIsoMedia(ReadOnlySpan<byte> start)
    {
        var boxLength = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(start), (uint)start.Length);
        PictureKind? kind = null;
        for (var at = 8; at + 4 <= boxLength; at += 4)
        {
            var brand = start.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            {
                return PictureKind.Avif;
            }
            if (brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8)
                || brand.SequenceEqual("heis"u8) || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8)
                || brand.SequenceEqual("mif1"u8))
            {
                kind = PictureKind.Heic;
            }
        }
        return kind;
    }
}
