using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Migrations;
using Tintype.Storage.Shards;

namespace Tintype.Commands;

/// <summary>tintype shards: where each logical shard lives, which moves would even the servers out, and moving one while it is in use.</summary>
internal static class ShardsCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create()
    {
        var data = CommandApp.DataOption();
        var json = new Option<bool>("--json") { Description = "For programs." };
        var shard = new Argument<string>("shard") { Description = "CLUSTER/NUMBER: content/12." };
        var to = new Option<string>("--to") { Description = "The server it goes to: a name of Storage:Servers, or the hosts as 'status' shows them.", Required = true };
        var abort = new Option<bool>("--abort") { Description = "Gives up a move that has not switched yet." };
        var keep = new Option<bool>("--keep") { Description = "Leaves the old rows where they were, in a schema called ..._left." };
        var by = new Option<string>("--by") { Description = "What to even out: bytes (default), or writes.", DefaultValueFactory = _ => "bytes" };
        by.AcceptOnlyFromAmong("bytes", "writes");

        var status = new Command("status", "Every shard with its server, size and state; every host with its lag.") { json, data };
        status.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), (_, placement, token) => StatusAsync(placement, parsed.GetValue(json), token), cancel));
        var plan = new Command("plan", "Moves that would even out the servers of each cluster, as commands.") { by, data };
        plan.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), (_, placement, token) => PlanAsync(placement, parsed.GetValue(by)!, token), cancel));
        var move = new Command("move", "Moves a shard to another server while it is in use. Killed, it goes on when started again.") { shard, to, abort, keep, data };
        move.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), (app, placement, token) =>
            MoveAsync(app, placement, parsed.GetValue(shard)!, parsed.GetValue(to)!, parsed.GetValue(abort), parsed.GetValue(keep), token), cancel));
        return new Command("shards", "Logical shards and the servers they live on.") { status, plan, move };
    }

    private static async Task<int> RunAsync(string? data, Func<WebApplication, PostgresPlacement, CancellationToken, Task<int>> action, CancellationToken cancel)
    {
        await using var app = await CommandApp.OpenAsync(data);
        if (app.Services.GetRequiredService<ShardMap>().Placement is { } placement)
        {
            return await action(app, placement, cancel);
        }
        Console.Error.WriteLine("This instance is embedded: all shards of a cluster are in one file. 'tintype grow' moves it to servers.");
        return 2;
    }

    private static async Task<int> StatusAsync(PostgresPlacement placement, bool json, CancellationToken cancel)
    {
        var report = new PlacementReport(placement);
        var shards = await report.ShardsAsync(cancel);
        var hosts = report.Hosts();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { shards, hosts }, Json));
            return 0;
        }
        var table = new Table().AddColumns("shard", "server", "state", "size", "rows", "writes");
        foreach (var one in shards)
        {
            table.AddRow(
                one.Schema, Markup.Escape(one.Server), one.State == "home" ? "home" : $"[yellow]{one.State}[/]", $"{Number(one.Bytes / 1024)} KiB", Number(one.Rows), Number(one.Writes));
        }
        AnsiConsole.Write(table);
        var machines = new Table().AddColumns("server", "host", "is", "behind");
        foreach (var host in hosts)
        {
            machines.AddRow(
                Markup.Escape(host.Server), host.Host, host.Role == "lost" ? "[red]lost[/]" : host.Role,
                host.Role != "follower" ? "" : host.LagSeconds is { } lag ? string.Create(CultureInfo.InvariantCulture, $"{lag:0.0} s") : "[red]too far to tell[/]");
        }
        AnsiConsole.Write(machines);
        return 0;
    }

    private static async Task<int> PlanAsync(PostgresPlacement placement, string by, CancellationToken cancel)
    {
        var shards = (await new PlacementReport(placement).ShardsAsync(cancel)).Where(one => one.State == "home").ToLookup(one => one.Schema.Split('_')[0]);
        var moves = Enum.GetValues<Cluster>().SelectMany(cluster => ShardPlan.Of(
            [.. placement.ServersOf(cluster).Select(server => server.Name)],
            [.. shards[cluster.ToString().ToLowerInvariant()].Select(one => new ShardWeight(
                new Shard(cluster, int.Parse(one.Schema.Split('_')[1], CultureInfo.InvariantCulture)), one.Server, by == "writes" ? one.Writes : one.Bytes))])).ToList();
        foreach (var move in moves)
        {
            Console.WriteLine($"tintype shards move {move.Shard.Cluster.ToString().ToLowerInvariant()}/{move.Shard.Number} --to {move.To}   # {Number(move.Weight)} {by} from {move.From}");
        }
        if (moves.Count == 0)
        {
            Console.WriteLine("The servers are even: nothing to move.");
        }
        return 0;
    }

    private static async Task<int> MoveAsync(WebApplication app, PostgresPlacement placement, string shard, string to, bool abort, bool keep, CancellationToken cancel)
    {
        var map = app.Services.GetRequiredService<ShardMap>();
        if (shard.Split('/') is not [var word, var digits] || !Enum.TryParse<Cluster>(word, ignoreCase: true, out var cluster)
            || !int.TryParse(digits, CultureInfo.InvariantCulture, out var number) || number < 0 || !map.Holds(number))
        {
            Console.Error.WriteLine($"'{shard}' is no shard: write CLUSTER/NUMBER, accounts, content or social and 0 to {map.Shards - 1}.");
            return 2;
        }
        if (placement.ServersOf(cluster).FirstOrDefault(server => server.Name == to) is not { } target)
        {
            Console.Error.WriteLine($"'{to}' is no server of {cluster}. They are: {string.Join(", ", placement.ServersOf(cluster).Select(server => server.Name))}.");
            return 2;
        }
        var migrator = app.Services.GetRequiredService<Migrator>();
        var move = new ShardMove(placement, map.PartitionOf(new Shard(cluster, number)), target, partition => migrator.MakeAsync(partition, cancel), Console.WriteLine);
        try
        {
            await (abort ? move.AbortAsync(cancel) : move.RunAsync(keep, cancel));
            return 0;
        }
        catch (ShardMoveException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
