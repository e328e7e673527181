using System.Diagnostics;
using System.Globalization;

namespace Tintype.Bench.Visitors;

/// <summary>What processes and all that they started have used, from /proc.</summary>
/// <param name="CpuSeconds">Since they began, children that have ended included.</param>
/// <param name="ResidentMiB">Physical memory: of each its own, and what is mapped from files (programs, libraries) once, as they all map the same.</param>
internal sealed record ProcessTrees(double CpuSeconds, double ResidentMiB)
{
    private const double TicksOfSecond = 100, KiBOfMiB = 1024;

    // Places in /proc/PID/stat after the name, which may hold blanks.
    private const int Parent = 1, UserTicks = 11, LastOfTicks = 14;

    public static ProcessTrees Of(IEnumerable<int> roots)
    {
        var all = All();
        var (cpu, own, mapped) = (0.0, 0.0, 0.0);
        foreach (var id in IdsOf(roots, all))
        {
            cpu += all[id].Cpu;
            var memory = MemoryOf(id);
            own += memory.Own;
            mapped = Math.Max(mapped, memory.Mapped);
        }
        return new ProcessTrees(cpu, own + mapped);
    }

    /// <summary>From now on they run on the first cores of the machine alone, and so does what they start.</summary>
    public static async Task KeepOnAsync(int cores, IEnumerable<int> roots)
    {
        foreach (var id in IdsOf(roots, All()))
        {
            using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-acp", string.Create(CultureInfo.InvariantCulture, $"0-{cores - 1}"), id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
            await taskset.StandardOutput.ReadToEndAsync();
            await taskset.WaitForExitAsync();
        }
    }

    private static List<int> IdsOf(IEnumerable<int> roots, Dictionary<int, (int Parent, double Cpu)> all)
    {
        var children = all.ToLookup(one => one.Value.Parent, one => one.Key);
        var ids = new List<int>();
        for (var waiting = new Stack<int>(roots.Where(all.ContainsKey)); waiting.TryPop(out var id);)
        {
            ids.Add(id);
            foreach (var child in children[id])
            {
                waiting.Push(child);
            }
        }
        return ids;
    }

    /// <returns>In MiB; a PostgreSQL's shared buffers are its own in each process that has touched them, in proportion.</returns>
    private static (double Own, double Mapped) MemoryOf(int id)
    {
        try
        {
            var fields = File.ReadLines($"/proc/{id}/smaps_rollup").Skip(1).Select(line => line.Split(':', StringSplitOptions.TrimEntries))
                .ToDictionary(field => field[0], field => double.Parse(field[1].Split(' ')[0], CultureInfo.InvariantCulture) / KiBOfMiB);
            var own = fields["Pss_Anon"] + fields["Pss_Shmem"];
            return (own, fields["Rss"] - own);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return (0, 0);
        }
    }

    private static Dictionary<int, (int Parent, double Cpu)> All()
    {
        var all = new Dictionary<int, (int, double)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
            {
                try
                {
                    var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                    var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                    double Number(int place) => double.Parse(fields[place], CultureInfo.InvariantCulture);
                    all[id] = ((int)Number(Parent), Enumerable.Range(UserTicks, LastOfTicks - UserTicks + 1).Sum(Number) / TicksOfSecond);
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
