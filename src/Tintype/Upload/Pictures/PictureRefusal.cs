namespace Tintype.Upload.Pictures;

/// <summary>Why a picture is not taken; the name is the stable code, the reason is for people.</summary>
internal enum RefusalCode { Empty, TooManyBytes, NotAPicture, UnsupportedKind, BrokenHeader, TooManyPixels, Undecodable, MostlyMissing, TookTooLong }

/// <param name="Reason">A sentence that says what is wrong and, where something helps, what helps.</param>
internal sealed record PictureRefusal(RefusalCode Code, string Reason)
{
    public static readonly PictureRefusal Empty = new(RefusalCode.Empty, "The file is empty.");

    public static readonly PictureRefusal NotAPicture =
        new(RefusalCode.NotAPicture, "This is not a photo. JPEG, PNG, WebP, GIF, AVIF and HEIC are taken.");

    public static readonly PictureRefusal BrokenHeader =
        new(RefusalCode.BrokenHeader, "The file begins like a photo, but is damaged: its size cannot be read.");

    public static readonly PictureRefusal Undecodable =
        new(RefusalCode.Undecodable, "The file is damaged: no picture can be read from it.");

    public static readonly PictureRefusal TookTooLong =
        new(RefusalCode.TookTooLong, "Reading this photo took too long. Saving it again as JPEG may help.");

    public static PictureRefusal Unsupported(string kind) =>
        new(RefusalCode.UnsupportedKind, $"This is {kind}. JPEG, PNG, WebP, GIF, AVIF and HEIC are taken.");

    public static PictureRefusal TooManyBytes(long maxBytes) =>
        new(RefusalCode.TooManyBytes, $"The file is larger than {maxBytes / 1_000_000} MB.");

    public static PictureRefusal TooManyPixels(int width, int height, long maxPixels) =>
        new(RefusalCode.TooManyPixels, $"The photo measures {width} x {height}; at most {maxPixels / 1_000_000} megapixels are taken.");

    public static PictureRefusal MostlyMissing(int percentRead) =>
        new(RefusalCode.MostlyMissing, $"The file is cut off: only {percentRead}% of the photo could be read.");
}

/// <summary>What is taken in. Both bounds are checked before a single pixel is decoded.</summary>
/// <param name="MaxBytes">Of the file as sent.</param>
/// <param name="MaxPixels">Width times height.</param>
internal sealed record PictureLimits(long MaxBytes, long MaxPixels);

/// <summary>What a picture's header says.</summary>
/// <param name="Width">Pixels, once turned upright.</param>
/// <param name="Height">Pixels, once turned upright.</param>
internal sealed record PictureHeader(PictureKind Kind, int Width, int Height);

internal abstract record ProbeResult
{
    internal sealed record Accepted(PictureHeader Header) : ProbeResult;

    internal sealed record Refused(PictureRefusal Why) : ProbeResult;
}
