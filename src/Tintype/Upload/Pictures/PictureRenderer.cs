using ImageMagick;
using NetVips;

namespace Tintype.Upload.Pictures;

/// <summary>
/// Makes what is served from what was sent: upright, in sRGB, in three widths, as WebP and JPEG, without any metadata.
/// </summary>
/// <remarks>
/// One thumbnail decodes the original, shrinking while it reads where the format can (JPEG, WebP); the smaller widths are made
/// from it in a chain. Of an animation, the first frame is the picture. What <see cref="DamagedPicture"/> says about a file that
/// does not decode cleanly decides whether what is there of it is shown.
/// </remarks>
internal static class PictureRenderer
{
    // Effort 2 with shrinking while reading: 286 ms for a 12 megapixel photo; effort 4 from a full decode: 827 ms.
    public const int WebPEffort = 2;
    public const int WebPQuality = 80;
    public const int JpegQuality = 82;

    private const int BlurHashPixels = 32;
    private static readonly double[] White = [255, 255, 255];

    /// <param name="path">A file of our own naming in which <see cref="PictureProbe"/> found <paramref name="header"/>.</param>
    /// <exception cref="OperationCanceledException">Asked to stop while decoding.</exception>
    public static RenderResult Render(string path, PictureHeader header, RenditionSet set, CancellationToken cancel)
    {
        Codecs.Prepare();
        try
        {
            using var widest = Decode(path, header, set, cancel, out var refusal);
            return refusal is null
                ? new RenderResult.Rendered(new(header.Width, header.Height, BlurHashOf(widest!), RenderWidths(widest!, set, cancel)))
                : new RenderResult.Refused(refusal);
        }
        catch (Exception broken) when (broken is VipsException or MagickException)
        {
            cancel.ThrowIfCancellationRequested();
            return new RenderResult.Refused(PictureRefusal.Undecodable);
        }
    }

    private static Image? Decode(string path, PictureHeader header, RenditionSet set, CancellationToken cancel, out PictureRefusal? refusal)
    {
        refusal = null;
        if (header.Kind == PictureKind.Heic)
        {
            return DecodeHeic(path, set, cancel);
        }
        try
        {
            return Decode(path, set, Enums.FailOn.Error, cancel);
        }
        catch (VipsException) when (!cancel.IsCancellationRequested)
        {
            var damaged = DamagedPicture.Leniently(path, header.Kind);
            refusal = DamagedPicture.Judge(damaged, cancel);
            return refusal is null ? Decode(damaged, set, Enums.FailOn.None, cancel) : null;
        }
    }

    private static Image Decode(string path, RenditionSet set, Enums.FailOn failOn, CancellationToken cancel)
    {
        using var thumbnail = Image.Thumbnail(
            path, set.Widths[0], set.HeightFor(set.Widths[0]), set.Size, crop: set.Crop, outputProfile: "srgb", failOn: failOn);
        return Evaluate(thumbnail, cancel);
    }

    /// <summary>Magick turns it upright by itself; its pixels are lent to libvips, not copied.</summary>
    private static Image DecodeHeic(string path, RenditionSet set, CancellationToken cancel)
    {
        using var heic = new MagickImage();
        heic.Progress += (_, progress) => progress.Cancel = cancel.IsCancellationRequested;
        heic.Read(path, new MagickReadSettings { Format = MagickFormat.Heic });
        cancel.ThrowIfCancellationRequested();
        heic.TransformColorSpace(ColorProfiles.SRGB);
        heic.ColorSpace = ColorSpace.sRGB;

        using var pixels = heic.GetPixelsUnsafe();
        var (width, height, bands) = ((int)heic.Width, (int)heic.Height, (int)pixels.Channels);
        using var lent = Image.NewFromMemory(
            pixels.GetAreaPointer(0, 0, heic.Width, heic.Height), (ulong)width * (ulong)height * (ulong)bands,
            width, height, bands, Enums.BandFormat.Uchar);
        using var image = lent.Copy(interpretation: bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        using var thumbnail = image.ThumbnailImage(set.Widths[0], set.HeightFor(set.Widths[0]), set.Size, crop: set.Crop);
        return Evaluate(thumbnail, cancel);
    }

    /// <summary>Decodes now, into memory, and stops when asked to.</summary>
    private static Image Evaluate(Image thumbnail, CancellationToken cancel)
    {
        thumbnail.SetProgress(null, cancel);
        using var colour = thumbnail.Colourspace(Enums.Interpretation.Srgb);
        using var bytes = colour.Cast(Enums.BandFormat.Uchar);
        return bytes.CopyMemory();
    }

    private static List<Rendition> RenderWidths(Image widest, RenditionSet set, CancellationToken cancel)
    {
        var renditions = new List<Rendition>();
        var current = widest;
        foreach (var width in set.Widths)
        {
            cancel.ThrowIfCancellationRequested();
            var previous = current;
            using var thumbnail = previous.ThumbnailImage(width, set.HeightFor(width), Enums.Size.Down);
            current = thumbnail.CopyMemory();
            if (previous != widest)
            {
                previous.Dispose();
            }
            using var opaque = Flatten(current);
            renditions.Add(new($"{width}.webp", current.Width, current.Height, current.WebpsaveBuffer(
                q: WebPQuality, effort: WebPEffort, keep: Enums.ForeignKeep.None)));
            renditions.Add(new($"{width}.jpg", current.Width, current.Height, opaque.JpegsaveBuffer(
                q: JpegQuality, optimizeCoding: true, keep: Enums.ForeignKeep.None)));
        }
        current.Dispose();
        return renditions;
    }

    /// <summary>JPEG knows no transparency: what is clear becomes paper.</summary>
    private static Image Flatten(Image image) => image.HasAlpha() ? image.Flatten(White) : image.Copy();

    private static string BlurHashOf(Image image)
    {
        using var tiny = image.ThumbnailImage(BlurHashPixels, BlurHashPixels, Enums.Size.Down);
        using var opaque = Flatten(tiny);
        return BlurHash.Encode(opaque.WriteToMemory<byte>(), opaque.Width, opaque.Height, across: 4, down: 3);
    }
}
