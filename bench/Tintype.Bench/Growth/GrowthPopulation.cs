using System.Globalization;

namespace Tintype.Bench.Growth;

/// <summary>Populations that differ in nothing but their size: follows and posts a person, pictures, tokens for as many readers.</summary>
internal static class GrowthPopulation
{
    // Four posts by each of the tenth that posts: a page of 20 is full for most readers.
    private const double PostsOfPerson = 0.4;

    public static string DataOf(string folder, int people) => Path.Combine(Place(folder, people), "data");

    public static async Task<string[]> BearersAsync(string folder, int people) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(Place(folder, people), "tokens.txt"))).Select(line => line.Split(' ')[1])];

    /// <summary>Makes it, unless it is there: a million people take minutes.</summary>
    public static async Task EnsureAsync(string folder, int people, int readers)
    {
        var place = Place(folder, people);
        if (Directory.Exists(place))
        {
            return;
        }
        var part = Directory.CreateDirectory(place + ".part").FullName;
        Console.WriteLine($"Making {people:N0} people ..");
        if (await TintypeProcess.RunAsync(
            "population", "--people", Text(people), "--posts", Text((int)(people * PostsOfPerson)), "--pictures", "8",
            "--tokens", Path.Combine(part, "tokens.txt"), "--tokens-for", Text(readers), "--data", Path.Combine(part, "data")) != 0)
        {
            throw new InvalidOperationException($"the population of {people} could not be made");
        }
        Directory.Move(part, place);
    }

    private static string Place(string folder, int people) => Path.Combine(folder, Text(people));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
