using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tintype.Commands.Planning;

namespace Tintype.Commands;

/// <summary>tintype plan: what it takes to serve so many people, from what each operation costs.</summary>
internal static class PlanCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly Option<bool> OnPaper = new("--course") { Description = "Begin with the course's own numbers instead of measured ones: rows of 104 and 64 bytes, whole photos of 300 KB, everybody within one second." };
    private static readonly Option<string?> CostsFile = new("--costs") { Description = "File of costs measured on a machine of one's own (bench -- costs), instead of those of bench/." };
    private static readonly Option<bool> AsJson = new("--json") { Description = "All of it as JSON." };
    private static readonly IReadOnlyList<(Option<double?> Option, PlanKnob Knob)> Numbers =
        [.. PlanKnobs.All.Select(knob => (new Option<double?>(knob.Option) { Description = string.Create(CultureInfo.InvariantCulture, $"{knob.Says} Default: {knob.Get(new PlanInput()):0.###} ({knob.Source}).") }, knob))];

    public static Command Create()
    {
        var command = new Command("plan", "Size a deployment for so many visitors, people and photos: instances, cores, memory, disk, network; and what ends first on one machine.");
        foreach (var option in Numbers.Select(number => (Option)number.Option).Concat([OnPaper, CostsFile, AsJson]))
        {
            command.Options.Add(option);
        }
        command.SetAction(async (parsed, cancel) =>
        {
            var plan = Plan.Of(await InputOfAsync(parsed, cancel));
            if (parsed.GetValue(AsJson))
            {
                Console.WriteLine(JsonSerializer.Serialize(plan, Indented));
            }
            else
            {
                PlanTables.Print(plan);
            }
            return 0;
        });
        return command;
    }

    /// <summary>The defaults, then a file of costs, then what was said.</summary>
    /// <exception cref="SettingsException">A number makes no sense, or the file is not one of costs.</exception>
    internal static async Task<PlanInput> InputOfAsync(ParseResult parsed, CancellationToken cancel)
    {
        var input = parsed.GetValue(OnPaper) ? PlanInput.Course : new PlanInput();
        if (parsed.GetValue(CostsFile) is { } file)
        {
            input = await CostsAsync(input, file, cancel);
        }
        foreach (var (option, knob) in Numbers)
        {
            if (parsed.GetValue(option) is { } value)
            {
                input = double.IsFinite(value) && (value > 0 || value == 0 && knob.MayBeNone) ? knob.Set(input, value) : throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"{knob.Option} cannot be {value}."));
            }
        }
        return input.CdnShare <= 1 && input.ActiveShare <= 1 && input.ColdShare <= 1 && input.Utilisation <= 1 ? input : throw new SettingsException("A share is at most 1.");
    }

    /// <summary>A file of costs is a JSON object whose members are options without their dashes: {"feed-us": 58}.</summary>
    private static async Task<PlanInput> CostsAsync(PlanInput input, string file, CancellationToken cancel)
    {
        try
        {
            var costs = JsonSerializer.Deserialize<Dictionary<string, double>>(await File.ReadAllTextAsync(file, cancel)) ?? [];
            return costs.Aggregate(input, (so, cost) => (PlanKnobs.All.FirstOrDefault(knob => knob.Option == "--" + cost.Key) ?? throw new SettingsException($"{file}: there is no number {cost.Key}.")).Set(so, cost.Value));
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            throw new SettingsException($"{file} is not a file of costs: {error.Message}");
        }
    }
}
