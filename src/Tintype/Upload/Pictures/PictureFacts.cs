using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using Directory = MetadataExtractor.Directory;

namespace Tintype.Upload.Pictures;

/// <summary>What a camera wrote into the file. It is shown to nobody but the owner, and what is served carries none of it.</summary>
/// <param name="TakenAt">Where the camera noted no time zone, its clock is taken as UTC.</param>
/// <param name="Position">Suggested to the owner as a place; stored nowhere.</param>
internal sealed record PictureFacts(DateTimeOffset? TakenAt, Position? Position)
{
    public static readonly PictureFacts None = new(null, null);

    /// <summary>The first photograph that is left was taken then; cameras with an unset clock say 0000 or 1970-01-01.</summary>
    private static readonly DateTimeOffset FirstPhotograph = new(1826, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Never throws: a photo is worth more than what stands beside it.</summary>
    public static PictureFacts Read(string path, DateTimeOffset now, ILogger log)
    {
        try
        {
            var directories = ImageMetadataReader.ReadMetadata(path);
            return new(ReadTakenAt(directories, now), ReadPosition(directories));
        }
        // The reader meets whatever cameras and attackers write and throws exceptions of many kinds about it.
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            log.LogInformation(unreadable, "A photo's metadata could not be read; it is taken without");
            return None;
        }
    }

    private static DateTimeOffset? ReadTakenAt(IReadOnlyList<Directory> directories, DateTimeOffset now)
    {
        foreach (var (directory, date, zone) in Dates(directories))
        {
            if (!directory.TryGetDateTime(date, out var local))
            {
                continue;
            }
            var offset = TimeSpan.TryParse(directory.GetString(zone)?.TrimStart('+'), out var parsed) && parsed.Duration() <= TimeSpan.FromHours(14)
                ? parsed
                : TimeSpan.Zero;
            var taken = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset);
            if (taken > FirstPhotograph && taken < now.AddDays(1))
            {
                return taken;
            }
        }
        return null;
    }

    private static IEnumerable<(Directory Directory, int Date, int Zone)> Dates(IReadOnlyList<Directory> directories)
    {
        foreach (var exif in directories.OfType<ExifSubIfdDirectory>())
        {
            yield return (exif, ExifDirectoryBase.TagDateTimeOriginal, ExifDirectoryBase.TagTimeZoneOriginal);
            yield return (exif, ExifDirectoryBase.TagDateTimeDigitized, ExifDirectoryBase.TagTimeZoneDigitized);
        }
        foreach (var exif in directories.OfType<ExifIfd0Directory>())
        {
            yield return (exif, ExifDirectoryBase.TagDateTime, ExifDirectoryBase.TagTimeZone);
        }
    }

    private static Position? ReadPosition(IReadOnlyList<Directory> directories)
    {
        var location = directories.OfType<GpsDirectory>().Select(gps => gps.GetGeoLocation()).FirstOrDefault(found => found is not null);
        return location is { IsZero: false } && Math.Abs(location.Latitude) <= 90 && Math.Abs(location.Longitude) <= 180
            ? new(location.Latitude, location.Longitude)
            : null;
    }
}

/// <summary>Degrees, WGS 84; north and east are positive.</summary>
internal readonly record struct Position(double Latitude, double Longitude);
