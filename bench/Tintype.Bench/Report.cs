using System.Globalization;
using System.Text;

namespace Tintype.Bench;

/// <summary>What a bench says: on the screen as it goes, and in bench/results at the end.</summary>
internal sealed class Report(string name)
{
    private readonly StringBuilder said = new();

    public void Say(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        said.AppendLine(text);
        Console.WriteLine(text);
    }

    public async Task KeepAsync()
    {
        var file = Path.Combine(StorageBench.ResultsFolder(), string.Create(CultureInfo.InvariantCulture, $"{name}-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.txt"));
        await File.WriteAllTextAsync(file, said.ToString());
        Console.WriteLine($"Kept in {Path.GetFullPath(file)}");
    }

    /// <summary>The value below which that share of sorted ones lies.</summary>
    public static double At(double share, double[] sorted) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    /// <summary>How busy this machine was before the run: figures of a shared machine are upper bounds.</summary>
    public static string Machine()
    {
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        return $"{Environment.ProcessorCount} cores, client and servers on the same machine, load average before the run {load}";
    }
}
