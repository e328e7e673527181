using ImageMagick;
using NetVips;

namespace Tintype.Upload.Pictures;

/// <summary>
/// Says from a file's first bytes and its header whether it is a picture that is taken in, before any pixel is decoded. It looks
/// at the bytes alone. What is glued behind a picture (a page, an archive) does not matter, as only pictures of our own making
/// are ever served.
/// </summary>
internal static class PictureProbe
{
    /// <param name="path">A file of our own naming: libvips reads options out of brackets at its end.</param>
    public static ProbeResult Probe(string path, PictureLimits limits)
    {
        Codecs.Prepare();
        var length = new FileInfo(path).Length;
        if (length == 0)
        {
            return new ProbeResult.Refused(PictureRefusal.Empty);
        }
        if (length > limits.MaxBytes)
        {
            return new ProbeResult.Refused(PictureRefusal.TooManyBytes(limits.MaxBytes));
        }
        var start = ReadStart(path);
        if (PictureKinds.Recognise(start) is not { } kind)
        {
            return new ProbeResult.Refused(Strangers.Refuse(start));
        }
        if (ReadHeader(path, kind) is not { } header)
        {
            return new ProbeResult.Refused(PictureRefusal.BrokenHeader);
        }
        return (long)header.Width * header.Height > limits.MaxPixels
            ? new ProbeResult.Refused(PictureRefusal.TooManyPixels(header.Width, header.Height, limits.MaxPixels))
            : new ProbeResult.Accepted(header);
    }

    private static byte[] ReadStart(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[PictureKinds.SignatureBytes];
        return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    private static PictureHeader? ReadHeader(string path, PictureKind kind)
    {
        try
        {
            return kind == PictureKind.Heic ? ReadHeicHeader(path) : ReadVipsHeader(path, kind);
        }
        catch (Exception broken) when (broken is VipsException or MagickException)
        {
            return null;
        }
    }

    private static PictureHeader ReadVipsHeader(string path, PictureKind kind)
    {
        using var image = Image.NewFromFile(path, access: Enums.Access.Sequential);
        // Both steps only describe what would be done to pixels; none is read.
        using var upright = image.Autorot();
        return new(kind, upright.Width, upright.Height);
    }

    private static PictureHeader ReadHeicHeader(string path)
    {
        using var image = new MagickImage();
        image.Ping(path, new MagickReadSettings { Format = MagickFormat.Heic });
        return new(PictureKind.Heic, (int)image.Width, (int)image.Height);
    }
}
