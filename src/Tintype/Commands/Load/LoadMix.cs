using System.Globalization;

namespace Tintype.Commands.Load;

/// <summary>What a visitor does.</summary>
internal enum Deed { Feed, Profile, Search, Media, Like, Upload }

/// <summary>How often visitors do what.</summary>
internal sealed class LoadMix
{
    /// <summary>Of a hundred deeds of people on a photo network, most look and few write.</summary>
    public const string Usual = "feed=60,media=20,profile=10,search=5,like=4,upload=1";

    private readonly (Deed Deed, double UpTo)[] steps;

    private LoadMix(IReadOnlyList<(Deed Deed, double Weight)> weights)
    {
        var whole = weights.Sum(weight => weight.Weight);
        var sum = 0.0;
        steps = [.. weights.Select(weight => (weight.Deed, sum += weight.Weight / whole))];
    }

    /// <summary>Whether it changes anything.</summary>
    public static bool IsWrite(Deed deed) => deed is Deed.Like or Deed.Upload;

    /// <exception cref="SettingsException">Not of the form feed=60,upload=1.</exception>
    public static LoadMix Parse(string text)
    {
        var weights = new List<(Deed, double)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=') is not [var name, var weight] || !Enum.TryParse<Deed>(name, ignoreCase: true, out var deed)
                || !double.TryParse(weight, CultureInfo.InvariantCulture, out var value) || value < 0)
            {
                throw new SettingsException($"'{part}' is not a part of a mix. A mix is what visitors do and how often: {Usual}");
            }
            weights.Add((deed, value));
        }
        return weights.Sum(weight => weight.Item2) > 0 ? new LoadMix(weights) : throw new SettingsException($"The mix is empty. It says what visitors do and how often: {Usual}");
    }

    public Deed Draw(Random random)
    {
        var at = random.NextDouble();
        return steps.First(step => at < step.UpTo || step == steps[^1]).Deed;
    }
}
