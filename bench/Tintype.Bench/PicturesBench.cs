using System.Diagnostics;
using System.Security.Cryptography;
using NetVips;
using Tintype.Demo.Painting;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Upload;
using Tintype.Upload.Pictures;

namespace Tintype.Bench;

/// <summary>
/// Photos of 12 megapixels made ready one after the other by the worker's job, from the original in the store to the renditions in the store
/// and the row that says so, beside libvips making the same files of the same photos and nothing else, in turns.
/// </summary>
internal static class PicturesBench
{
    private const int Width = 4000;
    private const int Height = 3000;
    private const double MustReach = 0.85;

    /// <summary>Differently hard to decode and to write: sky, waves, leaves, lights.</summary>
    private static readonly Motif[] Motifs = [Motif.Alps, Motif.Sea, Motif.Leaves, Motif.City];

    public static async Task<int> RunAsync(int rounds)
    {
        var report = new Report("pictures");
        await using var crowd = await Crowd.StartAsync();
        var author = (await crowd.PeopleAsync("author", 1))[0];
        var folder = Directory.CreateTempSubdirectory("tintype-pictures-");
        var photos = Motifs.Select(Photo).ToArray();
        var files = photos.Select((photo, n) =>
        {
            var file = Path.Combine(folder.FullName, $"{n}.jpg");
            File.WriteAllBytes(file, photo);
            return file;
        }).ToArray();
        report.Say($"{photos.Length} photos of {Width} x {Height}, {photos.Average(photo => photo.Length) / 1e6:N1} MB each, one at a time, {rounds} rounds");

        var (alone, ours) = (new List<Turn>(), new List<Turn>());
        var expected = files.Sum(LibvipsAlone); // The first of each waits for libraries and compilers.
        await TurnOfOursAsync(crowd, author, photos);
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
            {
                alone.Add(TurnOfLibvips(files, expected));
            }
            ours.Add(await TurnOfOursAsync(crowd, author, photos));
            if (round % 2 != 0)
            {
                alone.Add(TurnOfLibvips(files, expected));
            }
        }
        folder.Delete(recursive: true);

        Tell(report, "libvips alone", alone);
        Tell(report, "the whole job", ours);
        var share = Median([.. ours.Zip(alone, (our, limit) => limit.Milliseconds / our.Milliseconds)]);
        report.Say($"share by rate   {share,6:N2} (to reach: {MustReach:N2}: {(share >= MustReach ? "reached" : "NOT REACHED")})");
        report.Say($"share by CPU    {Median([.. ours.Zip(alone, (our, limit) => limit.CpuMilliseconds / our.CpuMilliseconds)]),6:N2}");
        await report.KeepAsync();
        return 0;
    }

    /// <summary>A painted picture with the grain of a sensor, as large as a phone's.</summary>
    private static byte[] Photo(Motif motif, int number)
    {
        Codecs.Prepare();
        using var painted = Image.NewFromBuffer(Painter.Paint(motif, 1).Jpeg);
        using var large = painted.ThumbnailImage(Width, Height, Enums.Size.Force);
        using var grain = Image.Gaussnoise(Width, Height, mean: 0, sigma: 5, seed: number);
        using var photo = (large + grain).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        return photo.JpegsaveBuffer(q: 90);
    }

    /// <summary>The least that makes these files: what <see cref="PictureRenderer"/> asks of libvips, without a look at anything.</summary>
    /// <returns>How many bytes they have.</returns>
    private static long LibvipsAlone(string path)
    {
        var bytes = 0L;
        var set = RenditionSet.Photo;
        using var widest = Image.Thumbnail(path, set.Widths[0], set.HeightFor(set.Widths[0]), set.Size, outputProfile: "srgb").CopyMemory();
        var current = widest;
        foreach (var width in set.Widths)
        {
            using var thumbnail = current.ThumbnailImage(width, set.HeightFor(width), Enums.Size.Down);
            current = thumbnail.CopyMemory();
            bytes += current.WebpsaveBuffer(q: PictureRenderer.WebPQuality, effort: PictureRenderer.WebPEffort, keep: Enums.ForeignKeep.None).Length;
            bytes += current.JpegsaveBuffer(q: PictureRenderer.JpegQuality, optimizeCoding: true, keep: Enums.ForeignKeep.None).Length;
        }
        return bytes;
    }

    private static Turn TurnOfLibvips(string[] files, long expected)
    {
        var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var bytes = files.Sum(LibvipsAlone);
        if (bytes != expected)
        {
            throw new InvalidOperationException($"{bytes} bytes where there were {expected}.");
        }
        return Turn.Of(watch.Elapsed, Environment.CpuUsage.TotalTime - cpu, files.Length);
    }

    private static async Task<Turn> TurnOfOursAsync(Crowd crowd, Visitor author, byte[][] photos)
    {
        var uploaded = new List<MediaId>();
        foreach (var photo in photos)
        {
            // What follows a picture's end is nobody's business, and makes it another photo: the same bytes are made ready once.
            using var body = new MemoryStream([.. photo, .. RandomNumberGenerator.GetBytes(16)]);
            using var staged = await crowd.Get<IObjectStore>().Staging.StageAsync(body, long.MaxValue, CancellationToken.None);
            var kept = await crowd.Get<PhotoReception>().ReceiveAsync(staged!, new Photo { AccountId = author.Id }, renderAfter: TimeSpan.FromDays(1), CancellationToken.None);
            uploaded.Add(((Reception.Kept)kept).Photo.Id);
        }
        var job = crowd.Get<ProcessPhoto>();
        var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        foreach (var photo in uploaded)
        {
            await job.RunAsync(new PhotoUploaded(photo), CancellationToken.None);
        }
        var turn = Turn.Of(watch.Elapsed, Environment.CpuUsage.TotalTime - cpu, photos.Length);
        foreach (var photo in uploaded)
        {
            if ((await crowd.Get<Storage.Tables.MediaTable>().FindAsync(photo, CancellationToken.None))?.State != MediaState.Live)
            {
                throw new InvalidOperationException($"Photo {photo} is not live.");
            }
        }
        return turn;
    }

    private static void Tell(Report report, string what, List<Turn> turns) => report.Say(
        $"{what}   {Median([.. turns.Select(turn => turn.Milliseconds)]),6:N0} ms and {Median([.. turns.Select(turn => turn.CpuMilliseconds)]),6:N0} ms of CPU a photo");

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>For each photo.</summary>
    private sealed record Turn(double Milliseconds, double CpuMilliseconds)
    {
        public static Turn Of(TimeSpan elapsed, TimeSpan cpu, int photos) => new(elapsed.TotalMilliseconds / photos, cpu.TotalMilliseconds / photos);
    }
}
