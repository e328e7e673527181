using NetVips;

namespace Tintype.Upload.Pictures;

/// <summary>
/// Decides what becomes of a picture that does not decode cleanly. Decoders fill what they could not read with one flat colour, so
/// the share of flat rows at the end tells how much is missing. With half of its rows there it is a photo that somebody may want
/// to keep; with less it is refused.
/// </summary>
internal static class DamagedPicture
{
    private const double LeastReadShare = 0.5;

    /// <summary>Where the missing part is enough to be seen, this many rows are enough to measure it.</summary>
    private const int MeasuredPixels = 256;

    /// <summary>Shrinking rounds; a row of real sky differs by more.</summary>
    private const int FlatSpread = 2;

    /// <summary>The path with the option that has libvips read on after a hundred complaints about a JPEG; patience bounds it.</summary>
    public static string Leniently(string path, PictureKind kind) => kind == PictureKind.Jpeg ? $"{path}[unlimited=true]" : path;

    /// <summary>Null when enough of it can be read.</summary>
    public static PictureRefusal? Judge(string path, CancellationToken cancel)
    {
        var share = ReadShare(path, cancel);
        return share >= LeastReadShare ? null
            : share > 0 ? PictureRefusal.MostlyMissing((int)(share * 100))
            : PictureRefusal.Undecodable;
    }

    /// <summary>The share of rows, in the order in which they stand in the file, before the flat end.</summary>
    private static double ReadShare(string path, CancellationToken cancel)
    {
        using var thumbnail = Image.Thumbnail(path, MeasuredPixels, MeasuredPixels, noRotate: true, failOn: Enums.FailOn.None);
        thumbnail.SetProgress(null, cancel);
        using var grey = thumbnail.Colourspace(Enums.Interpretation.Bw);
        using var band = grey[0].Cast(Enums.BandFormat.Uchar);
        var pixels = band.WriteToMemory<byte>();
        var rows = band.Height;
        var filler = pixels[^1];
        while (rows > 0 && IsFlat(pixels.AsSpan((rows - 1) * band.Width, band.Width), filler))
        {
            rows--;
        }
        return (double)rows / band.Height;
    }

    private static bool IsFlat(ReadOnlySpan<byte> row, byte filler)
    {
        foreach (var value in row)
        {
            if (Math.Abs(value - filler) > FlatSpread)
            {
                return false;
            }
        }
        return true;
    }
}
