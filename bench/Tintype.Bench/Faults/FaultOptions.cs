using System.Globalization;

namespace Tintype.Bench.Faults;

/// <param name="Data">Folder of a running cluster; null for one that is started for the run.</param>
/// <param name="Graph">File with "follower followee" lines to be imported into an empty cluster; null for a graph that is drawn.</param>
/// <param name="Mix">Shares of deeds, as <c>tintype load --mix</c> takes them.</param>
/// <param name="Drills">Names of <see cref="Drills"/>; empty for all.</param>
internal sealed record FaultOptions(string? Data = null, int Base = 7000, double Rate = 200, int People = 1000, int Posts = 4000, string? Graph = null, string Mix = FaultOptions.StandardMix,
    IReadOnlyList<string>? Drills = null)
{
    // As people do, but fewer uploads: making renditions of two in a second takes a whole core.
    public const string StandardMix = "feed=60,media=20,profile=10,search=5,like=4.75,upload=0.25";

    /// <summary>As results tell it: not where files lie on this machine.</summary>
    public FaultOptions Told() => this with { Data = null, Graph = Path.GetFileName(Graph) };

    public static FaultOptions Of(string[] args)
    {
        var said = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        var standard = new FaultOptions();
        double Number(string name, double otherwise) => said.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        return new FaultOptions(
            said.GetValueOrDefault("--data"), (int)Number("--base", standard.Base), Number("--rate", standard.Rate), (int)Number("--people", standard.People),
            (int)Number("--posts", standard.Posts), said.GetValueOrDefault("--graph"), said.GetValueOrDefault("--mix", standard.Mix), said.GetValueOrDefault("--drills")?.Split(','));
    }
}
