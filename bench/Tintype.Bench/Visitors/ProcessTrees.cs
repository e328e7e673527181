using System.Globalization;

namespace Tintype.Bench.Visitors;

/// <summary>What processes and all that they started have used, from /proc.</summary>
/// <param name="CpuSeconds">Since they began, children that have ended included.</param>
/// <param name="ResidentMiB">Sum of resident sets: pages they share count in each.</param>
internal sealed record ProcessTrees(double CpuSeconds, double ResidentMiB)
{
    private const double TicksOfSecond = 100, BytesOfPage = 4096, MiB = 1 << 20;

    // Places in /proc/PID/stat after the name, which may hold blanks.
    private const int Parent = 1, UserTicks = 11, LastOfTicks = 14, ResidentPages = 21;

    public static ProcessTrees Of(IEnumerable<int> roots)
    {
        var all = All();
        var children = all.ToLookup(one => one.Value.Parent, one => one.Key);
        var (cpu, memory) = (0.0, 0.0);
        for (var waiting = new Stack<int>(roots); waiting.TryPop(out var id);)
        {
            if (all.TryGetValue(id, out var one))
            {
                cpu += one.Cpu;
                memory += one.Memory;
            }
            foreach (var child in children[id])
            {
                waiting.Push(child);
            }
        }
        return new ProcessTrees(cpu, memory);
    }

    private static Dictionary<int, (int Parent, double Cpu, double Memory)> All()
    {
        var all = new Dictionary<int, (int, double, double)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
            {
                try
                {
                    var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                    var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                    double Number(int place) => double.Parse(fields[place], CultureInfo.InvariantCulture);
                    all[id] = ((int)Number(Parent), Enumerable.Range(UserTicks, LastOfTicks - UserTicks + 1).Sum(Number) / TicksOfSecond, Number(ResidentPages) * BytesOfPage / MiB);
                }
                catch (IOException)
                {
                    // It has just ended.
                }
            }
        }
        return all;
    }
}
