namespace Tintype.Storage.Model;

/// <summary>
/// For each of many things numbered from 0 a list of others, ascending and each once: one array of numbers behind another, 4 bytes an entry,
/// where a list of lists or a set of pairs takes ten times that. (Compressed sparse rows, as solvers keep matrices.)
/// </summary>
public sealed class PackedLists
{
    private readonly int[] starts;
    private readonly int[] entries;

    private PackedLists(int[] starts, int[] entries)
    {
        this.starts = starts;
        this.entries = entries;
    }

    public int Lists => starts.Length - 1;

    public int Entries => starts[^1];

    public ReadOnlySpan<int> this[int list] => entries.AsSpan(starts[list]..starts[list + 1]);

    /// <summary>Packs pairs in any order; a pair that comes twice is kept once.</summary>
    /// <param name="pairs">Enumerated twice: first to count.</param>
    public static PackedLists Of(int lists, IEnumerable<(int List, int Entry)> pairs)
    {
        var starts = new int[lists + 1];
        foreach (var (list, _) in pairs)
        {
            checked { starts[list + 1]++; }
        }
        for (var list = 0; list < lists; list++)
        {
            checked { starts[list + 1] += starts[list]; }
        }
        var (next, entries) = (starts[..^1], new int[starts[^1]]);
        foreach (var (list, entry) in pairs)
        {
            entries[next[list]++] = entry;
        }
        var kept = 0;
        for (var list = 0; list < lists; list++)
        {
            var here = entries.AsSpan(starts[list]..starts[list + 1]);
            here.Sort();
            starts[list] = kept;
            foreach (var entry in here)
            {
                if (kept == starts[list] || entries[kept - 1] != entry)
                {
                    entries[kept++] = entry;
                }
            }
        }
        starts[lists] = kept;
        return new(starts, entries);
    }

    /// <summary>The same pairs seen from the other end: the list of each entry has the lists it stands in. Both have the same numbers.</summary>
    public PackedLists Turned()
    {
        var turned = new int[starts.Length];
        foreach (var entry in entries.AsSpan(0, Entries))
        {
            turned[entry + 1]++;
        }
        for (var list = 0; list < Lists; list++)
        {
            turned[list + 1] += turned[list];
        }
        var (next, others) = (turned[..^1], new int[Entries]);
        for (var list = 0; list < Lists; list++)
        {
            foreach (var entry in this[list])
            {
                others[next[entry]++] = list;
            }
        }
        return new(turned, others);
    }

    public IEnumerable<(int List, int Entry)> Pairs()
    {
        for (var list = 0; list < Lists; list++)
        {
            for (var at = starts[list]; at < starts[list + 1]; at++)
            {
                yield return (list, entries[at]);
            }
        }
    }
}
