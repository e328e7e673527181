using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Spectre.Console;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables.Moving;

namespace Tintype.Commands.Growing;

/// <summary>Reads everything on both sides and shows, table by table, how much there is and whether it is the same.</summary>
internal static class Comparison
{
    private const int ReadAtOnce = 8;

    // All digits are compared; this many of both sides fit on a line of 80.
    private const int ShownDigits = 10;

    /// <returns>Whether all is equal.</returns>
    public static async Task<bool> ShowAsync(Home one, Home other, CancellationToken cancel)
    {
        var shown = new Table().AddColumns([.. new[] { "", "rows", one.Name, other.Name, "" }.Select(title => new TableColumn(title).NoWrap())]);
        var equal = true;
        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new SpinnerColumn(), new ElapsedTimeColumn()).StartAsync(async progress =>
        {
            foreach (var table in MovedTable.All)
            {
                var task = progress.AddTask(table.FullName).IsIndeterminate();
                var hashes = await Task.WhenAll(
                    TableHash.OfAllShardsAsync(one.Map, table, null, cancel), TableHash.OfAllShardsAsync(other.Map, table, null, cancel));
                equal &= Add(shown, table.FullName, (hashes[0].Rows, hashes[0].ToString()), (hashes[1].Rows, hashes[1].ToString()));
                task.StopTask();
            }
            if (one.Objects.Name != other.Objects.Name)
            {
                var task = progress.AddTask("objects").IsIndeterminate();
                equal &= Add(shown, "objects", await HashAsync(one.Objects, cancel), await HashAsync(other.Objects, cancel));
                task.StopTask();
            }
        });
        AnsiConsole.Write(shown);
        Console.WriteLine(equal ? "All counts and hashes are equal." : "They differ: see the lines marked with 'differs'.");
        return equal;
    }

    private static bool Add(Table shown, string name, (long Rows, string Hash) one, (long Rows, string Hash) other)
    {
        var equal = one == other;
        shown.AddRow(
            name, equal ? one.Rows.ToString("N0", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{one.Rows:N0} / {other.Rows:N0}"),
            one.Hash[..ShownDigits], other.Hash[..ShownDigits], equal ? "equal" : "[red]differs[/]");
        return equal;
    }

    /// <summary>Over keys and contents; in no order, as stores list in none.</summary>
    private static async Task<(long Objects, string Hash)> HashAsync(IObjectStore store, CancellationToken cancel)
    {
        var (sum, objects) = ((UInt128)0, await Growth.ListAsync(store, cancel));
        var gate = new Lock();
        await Parallel.ForEachAsync(objects, new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancel }, async (info, stop) =>
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{info.Key} {await ObjectCopy.HashAsync(store, info.Key, stop)}"));
            lock (gate)
            {
                sum = unchecked(sum + System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));
            }
        });
        return (objects.Count, $"{sum:x32}");
    }
}
