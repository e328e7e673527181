using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Commands;

/// <summary>tintype jobs: what waits in the outboxes, what was put aside as dead and why, and what to do about it.</summary>
internal static class JobsCommand
{
    private const int MaxDead = 200;

    public static Command Create()
    {
        var data = CommandApp.DataOption();
        var id = new Argument<string>("id") { Description = "Number of a dead job, or \"all\"." };
        var list = new Command("list", "Jobs that wait, per kind and lane, and the dead ones with their reasons.") { data };
        list.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), ListAsync, cancel));
        var show = new Command("show", "All that is known of a dead job.") { id, data };
        show.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), (map, outbox, token) => ShowAsync(map, outbox, parsed.GetValue(id)!, token), cancel));
        var retry = new Command("retry", "Gives dead jobs a fresh start; a running server takes them up.") { id, data };
        retry.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), (map, outbox, token) =>
            ForEachAsync(map, outbox, parsed.GetValue(id)!, "starts again", outbox.ReviveAsync, token), cancel));
        var discard = new Command("discard", "Drops dead jobs for good.") { id, data };
        discard.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), (map, outbox, token) =>
            ForEachAsync(map, outbox, parsed.GetValue(id)!, "is gone", outbox.DiscardAsync, token), cancel));
        return new Command("jobs", "Look after background jobs: photos, fan-out, notifications.") { list, show, retry, discard };
    }

    private static async Task<int> RunAsync(string? data, Func<ShardMap, OutboxTable, CancellationToken, Task<int>> action, CancellationToken cancel)
    {
        await using var app = await CommandApp.OpenAsync(data);
        return await action(app.Services.GetRequiredService<ShardMap>(), app.Services.GetRequiredService<OutboxTable>(), cancel);
    }

    private static async Task<int> ListAsync(ShardMap map, OutboxTable outbox, CancellationToken cancel)
    {
        var counts = new List<OutboxCount>();
        foreach (var partition in Partitions(map))
        {
            counts.AddRange(await outbox.CountAsync(partition, cancel));
        }
        var table = new Table().AddColumns("lane", "kind", "state", "jobs", "oldest is due since");
        foreach (var group in counts.GroupBy(count => (count.Lane, count.Kind, count.State)).OrderBy(group => group.Key))
        {
            table.AddRow(
                group.Key.Lane.ToString(), group.Key.Kind, group.Key.State == OutboxState.Dead ? "[red]dead[/]" : "waiting",
                group.Sum(count => count.Jobs).ToString("N0", CultureInfo.InvariantCulture), Time(group.Min(count => count.Oldest)));
        }
        AnsiConsole.Write(counts.Count > 0 ? table : new Text("No jobs are waiting, none are dead.\n"));
        await foreach (var (_, row) in DeadAsync(map, outbox, cancel))
        {
            Console.WriteLine($"{row.Id}  {row.Kind}  {row.Attempts} attempts  {FirstLine(row.LastError)}");
        }
        return 0;
    }

    private static async Task<int> ShowAsync(ShardMap map, OutboxTable outbox, string id, CancellationToken cancel)
    {
        var found = 0;
        await foreach (var (partition, row) in DeadAsync(map, outbox, cancel))
        {
            if (id == "all" || row.Id.ToString() == id)
            {
                found++;
                Console.WriteLine($"""
                    job       {row.Id} in {partition.Database.Name} {partition.Schema.TrimEnd('.')}
                    kind      {row.Kind} ({row.Lane} lane)
                    payload   {row.Payload}
                    written   {Time(row.CreatedAt)}
                    attempts  {row.Attempts}
                    reason    {row.LastError}

                    """);
            }
        }
        return Found(found, id);
    }

    private static async Task<int> ForEachAsync(
        ShardMap map, OutboxTable outbox, string id, string result, Func<Partition, JobId, CancellationToken, Task<bool>> act, CancellationToken cancel)
    {
        var done = 0;
        await foreach (var (partition, row) in DeadAsync(map, outbox, cancel))
        {
            if ((id == "all" || row.Id.ToString() == id) && await act(partition, row.Id, cancel))
            {
                done++;
                Console.WriteLine($"{row.Id} {row.Kind} {result}");
            }
        }
        return Found(done, id);
    }

    private static int Found(int count, string id)
    {
        if (count == 0)
        {
            Console.Error.WriteLine(id == "all" ? "No job is dead." : $"There is no dead job {id}: tintype jobs list shows them.");
        }
        return count > 0 || id == "all" ? 0 : 1;
    }

    private static async IAsyncEnumerable<(Partition Partition, OutboxRow Row)> DeadAsync(
        ShardMap map, OutboxTable outbox, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var partition in Partitions(map))
        {
            foreach (var row in await outbox.DeadAsync(partition, MaxDead, cancel))
            {
                yield return (partition, row);
            }
        }
    }

    private static IEnumerable<Partition> Partitions(ShardMap map) => Enum.GetValues<Cluster>().SelectMany(map.PartitionsOf);

    private static string Time(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string FirstLine(string? text) => text?.Split('\n')[0] ?? "";
}
