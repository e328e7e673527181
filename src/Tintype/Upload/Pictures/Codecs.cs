using ImageMagick;
using NetVips;

namespace Tintype.Upload.Pictures;

/// <summary>The two native libraries, set up once and in one place, before the first picture.</summary>
/// <remarks>
/// libvips reads and writes everything but HEIC, for which its build carries no decoder; Magick.NET reads that. Whatever reads
/// files of kinds that are not taken in is switched off, so a file cannot pass itself off as something else after its probe.
/// </remarks>
internal static class Codecs
{
    /// <summary>A HEIC of 100 megapixels takes 400 MB of four channels; ImageMagick also holds a copy while turning it.</summary>
    private const ulong MagickMaxBytes = 1_200_000_000;

    private static readonly Lazy<bool> Ready = new(SetUp);

    public static void Prepare() => _ = Ready.Value;

    private static bool SetUp()
    {
        // The same operation never runs twice here, so a cache would only hold memory. Pictures run side by side on several
        // workers; threads inside one would fight them for the same cores.
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1;

        // Complaints about what people send are judged where it is decoded; on the console they would only be noise.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => { });

        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in (string[])["Jpeg", "Png", "Webp", "Nsgif", "Heif"])
        {
            Operation.Block($"VipsForeignLoad{loader}", false);
        }

        ResourceLimits.Memory = MagickMaxBytes;
        ResourceLimits.Disk = 0;
        ResourceLimits.Thread = 1;
        return true;
    }
}
