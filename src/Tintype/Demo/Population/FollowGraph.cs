using System.Globalization;
using System.IO.Compression;
using Tintype.Storage.Model;

namespace Tintype.Demo.Population;

/// <summary>Who follows whom among people numbered from 0, seen from both ends.</summary>
internal sealed class FollowGraph
{
    public FollowGraph(PackedLists following)
    {
        Following = following;
        Followers = following.Turned();
    }

    public PackedLists Following { get; }
    public PackedLists Followers { get; }
    public int People => Following.Lists;
    public int Follows => Following.Entries;

    /// <param name="follows">In any order; what comes twice, and whoever follows themselves, counts for nothing.</param>
    public static FollowGraph Of(int people, IReadOnlyCollection<(int Follower, int Followee)> follows) =>
        new(PackedLists.Of(people, follows.Where(pair => pair.Follower != pair.Followee)));

    /// <summary>Reads "follower followee" lines, plain or gzipped. Names may be any words; lines that begin with # are skipped.</summary>
    /// <exception cref="SettingsException">There is no such file, or a line is not a pair.</exception>
    public static async Task<FollowGraph> ReadAsync(string file, CancellationToken cancel)
    {
        if (!File.Exists(file))
        {
            throw new SettingsException($"There is no file {file}.");
        }
        var numbers = new Dictionary<string, int>();
        var follows = new List<(int, int)>();
        await using var bytes = File.OpenRead(file);
        await using Stream plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        using var lines = new StreamReader(plain);
        for (var number = 1; await lines.ReadLineAsync(cancel) is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var follower, var followee])
            {
                throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"{file}, line {number}: expected \"follower followee\", found \"{line}\"."));
            }
            follows.Add((NumberOf(follower), NumberOf(followee)));
        }
        return Of(numbers.Count, follows);

        int NumberOf(string name) => numbers.TryGetValue(name, out var known) ? known : numbers[name] = numbers.Count;
    }

    /// <summary>Those with the most followers, the most followed first.</summary>
    public int[] MostFollowed(int count)
    {
        int[] people = [.. Enumerable.Range(0, People)];
        Array.Sort([.. people.Select(person => -Followers[person].Length)], people);
        return people[..count];
    }
}
