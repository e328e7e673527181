using Spectre.Console;
using Tintype.Storage.Objects;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables.Moving;

namespace Tintype.Commands.Growing;

/// <summary>The databases and objects of one instance in one place.</summary>
internal sealed record Home(string Name, ShardMap Map, IObjectStore Objects);

/// <summary>Carries an instance from one home to another: every row, every object; again and again what had begun, never twice what was done.</summary>
internal sealed class Growth(Home from, Home to, RowMove move, GrowthState state)
{
    // A few MB, and some hundred rows for each of 64 shards.
    private const int ChunkRows = 25_000;
    private const int ObjectsAtOnce = 8;
    private const string Looked = "statistics of";

    private static readonly string[] Kinds = [PhotoKeys.Photos, PhotoKeys.Avatars];

    /// <summary>Where photos stay where they are: a folder that both homes share.</summary>
    public bool MovesObjects => from.Objects.Name != to.Objects.Name;

    public async Task CarryRowsAsync(ProgressContext progress, CancellationToken cancel)
    {
        foreach (var table in MovedTable.All)
        {
            var sources = move.SourcesFromAllShards(table);
            var task = progress.AddTask(table.FullName, maxValue: 1);
            var rows = 0L;
            foreach (var source in sources)
            {
                rows += await move.CountAsync(source, table, cancel);
            }
            task.MaxValue = Math.Max(1, rows);
            foreach (var source in sources)
            {
                await CarryAsync(source, table, task, cancel);
            }
            if (!state.IsDone($"{Looked} {table.FullName}"))
            {
                await move.AnalyzeFromAllShardsAsync(table, cancel);
                state.NoteDone($"{Looked} {table.FullName}");
            }
            task.Value = task.MaxValue;
        }
    }

    /// <summary>Carries objects that are new or other than when they were carried, and removes what the source has no more.</summary>
    /// <returns>How many were carried and removed.</returns>
    public async Task<(int Carried, int Removed)> CarryObjectsAsync(ProgressTask? task, CancellationToken cancel)
    {
        if (!MovesObjects)
        {
            return (0, 0);
        }
        var known = state.Objects();
        var there = await ListAsync(from.Objects, cancel);
        var open = there.Where(info => known.GetValueOrDefault(info.Key.Value) != info.ETag).ToList();
        if (task is not null)
        {
            task.MaxValue = Math.Max(1, there.Count);
            task.Value = there.Count - open.Count;
        }
        using var noted = state.NoteObjects();
        await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce, CancellationToken = cancel }, async (info, stop) =>
        {
            if (await ObjectCopy.CopyAsync(from.Objects, to.Objects, info.Key, stop) is not null)
            {
                lock (noted)
                {
                    noted.WriteLine(GrowthState.LineOf(info));
                }
            }
            task?.Increment(1);
        });
        var keys = there.Select(info => info.Key).ToHashSet();
        var gone = (await ListAsync(to.Objects, cancel)).Where(info => !keys.Contains(info.Key)).ToList();
        foreach (var info in gone)
        {
            await to.Objects.DeleteAsync(info.Key, cancel);
        }
        return (open.Count, gone.Count);
    }

    internal static async Task<List<ObjectInfo>> ListAsync(IObjectStore store, CancellationToken cancel)
    {
        var all = new List<ObjectInfo>();
        foreach (var kind in Kinds)
        {
            await foreach (var info in store.ListAsync(kind, cancel))
            {
                all.Add(info);
            }
        }
        return all;
    }

    private async Task CarryAsync(Partition source, MovedTable table, ProgressTask task, CancellationToken cancel)
    {
        var part = $"{source.Schema}{table.FullName}";
        if (state.IsDone(part))
        {
            return;
        }
        var last = state.Behind(part);
        while (await RowMove.ReadAsync(source, table, last, ChunkRows, cancel) is { Count: > 0 } rows)
        {
            await move.AddAsync(table, rows, cancel);
            task.Increment(rows.Count);
            if (rows.Count < ChunkRows)
            {
                break;
            }
            last = rows[^1].Where(column => table.Key.Contains(column.Key)).ToDictionary();
            state.Note(part, last);
        }
        state.NoteDone(part);
    }
}
