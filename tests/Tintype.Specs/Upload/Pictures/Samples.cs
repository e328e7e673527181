using NetVips;
using Tintype.Upload.Pictures;

namespace Tintype.Specs.Upload.Pictures;

/// <summary>Pictures drawn for specs: red, green, blue and white quarters, so that turning and cutting can be seen in the pixels.</summary>
internal static class Samples
{
    public static readonly PictureLimits Limits = new(MaxBytes: 40_000_000, MaxPixels: 100_000_000);

    /// <summary>Top left red, top right green, bottom left blue, bottom right white; with some noise, as cameras have.</summary>
    public static Image Quarters(int width = 800, int height = 600)
    {
        Codecs.Prepare();
        using var black = Image.Black(width / 2, height / 2, bands: 3);
        double[] red = [220, 30, 30], green = [30, 200, 30], blue = [30, 30, 220], white = [240, 240, 240];
        using var noise = Image.Gaussnoise(width, height, mean: 0, sigma: 4);
        return (Image.Arrayjoin([black + red, black + green, black + blue, black + white], across: 2) + noise)
            .Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    public static byte[] Jpeg(int width = 800, int height = 600)
    {
        using var image = Quarters(width, height);
        return image.JpegsaveBuffer(q: 90);
    }

    public static byte[] Png(int width = 800, int height = 600)
    {
        using var image = Quarters(width, height);
        return image.PngsaveBuffer();
    }

    /// <summary>A JPEG as cameras make them: turned by its orientation tag (1 to 8), with position, date, maker, XMP and a comment.</summary>
    public static byte[] CameraJpeg(int orientation = 1, int width = 800, int height = 600)
    {
        using var plain = Quarters(width, height);
        using var image = plain.Mutate(photo =>
        {
            photo.Set(GValue.GIntType, "orientation", orientation);
            photo.Set(GValue.GStrType, "exif-ifd0-Make", "Tintype (Tintype, ASCII, 8 components, 8 bytes)");
            photo.Set(GValue.GStrType, "exif-ifd2-DateTimeOriginal", "2021:07:04 18:30:05 (2021:07:04 18:30:05, ASCII, 20 components, 20 bytes)");
            photo.Set(GValue.GStrType, "exif-ifd2-OffsetTimeOriginal", "+02:00 (+02:00, ASCII, 7 components, 7 bytes)");
            photo.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "47/1 22/1 30/1 (47, 22, 30, Rational, 3 components, 24 bytes)");
            photo.Set(GValue.GStrType, "exif-ifd3-GPSLatitudeRef", "N (N, ASCII, 2 components, 2 bytes)");
            photo.Set(GValue.GStrType, "exif-ifd3-GPSLongitude", "8/1 33/1 0/1 (8, 33, 0, Rational, 3 components, 24 bytes)");
            photo.Set(GValue.GStrType, "exif-ifd3-GPSLongitudeRef", "W (W, ASCII, 2 components, 2 bytes)");
            photo.Set(GValue.BlobType, "xmp-data", "<x:xmpmeta xmlns:x='adobe:ns:meta/'>private words</x:xmpmeta>"u8.ToArray());
        });
        return image.JpegsaveBuffer(q: 90, keep: Enums.ForeignKeep.All);
    }

    /// <summary>A PNG of a few hundred bytes that would be <paramref name="width"/> x <paramref name="height"/> pixels in memory.</summary>
    public static byte[] PngClaiming(int width, int height)
    {
        var png = Png(8, 8);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    /// <summary>Runs over bytes as over a file that was sent.</summary>
    public static T InFile<T>(byte[] bytes, Func<string, T> use)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The names of the quarters of a picture, clockwise from the top left.</summary>
    public static string[] Read(byte[] picture)
    {
        using var image = Image.NewFromBuffer(picture);
        return [.. new[] { (0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75) }
            .Select(point => Name(image.Getpoint((int)(image.Width * point.Item1), (int)(image.Height * point.Item2))))];
    }

    private static string Name(double[] pixel) => pixel switch
    {
        [> 150, > 150, > 150, ..] => "white",
        [> 150, ..] => "red",
        [_, > 150, ..] => "green",
        [_, _, > 100, ..] => "blue",
        _ => "none",
    };

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var octet in bytes)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
            }
        }
        return ~crc;
    }
}
