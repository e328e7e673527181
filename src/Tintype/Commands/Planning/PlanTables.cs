using System.Globalization;
using Spectre.Console;

namespace Tintype.Commands.Planning;

/// <summary>A plan to be read.</summary>
internal static class PlanTables
{
    public static void Print(Plan plan)
    {
        var (input, demand, disk, network) = (plan.Input, plan.Demand, plan.Disk, plan.Network);
        AnsiConsole.WriteLine($"{input.Visitors:N0} visitors at once, each looking every {Short(input.ReadEverySeconds)} s; {input.People:N0} people with {Short(input.Followers)} followers each; {input.PhotosPerDay:N0} photos a day.");
        Write(["in the busiest second", ""],
            ["feeds read", Short(demand.FeedReads)], ["feeds pulled together", Short(demand.FirstVisits)], ["images", Short(demand.Images)], ["profiles, searches, likes", $"{Short(demand.Profiles)}, {Short(demand.Searches)}, {Short(demand.Likes)}"],
            ["uploads", Short(demand.Uploads)], ["deliveries into feeds", Short(demand.Deliveries)], ["database writes, reads", $"{Short(demand.DatabaseWrites)}, {Short(demand.DatabaseReads)}"]);
        Write(["set", "instances", "cores busy", "memory GB", "for"], [.. plan.Sets.Select(set => new[] { set.Name, $"{set.Instances}", Short(set.Cores), Short(set.MemoryGb), set.Because })]);
        Write(["disk", ""],
            ["people", $"{Short(disk.UsersGb)} GB"], ["follows", $"{Short(disk.FollowsGb)} GB"], ["rows of photos", $"{Short(disk.PhotoRowsGbPerDay * 1e3)} MB a day, {Short(disk.RowsGbPerYear)} GB a year"],
            ["photos", $"{Short(disk.ObjectsGbPerDay)} GB a day, {Short(disk.ObjectsTbPerYear)} TB a year"]);
        Write(["network", ""],
            ["out", $"{Short(network.OutGbit)} Gbit/s"], ["in", $"{Short(network.InGbit)} Gbit/s"],
            ["one page with its images", $"{Short(network.PageMb)} MB: a link of {input.NetworkMbit:N0} Mbit/s serves {Short(network.PagesPerSecondOfLink)} a second"]);
        Write(["all on one machine", "needed", $"has ({input.Utilisation:P0} of it)", "used", "at its end with"],
            [.. plan.Machine.Select(resource => new[] { resource.Name, $"{Short(resource.Needed)} {resource.Unit}", $"{Short(resource.Has)} {resource.Unit}", $"{resource.Share:P0}", resource.Until })]);
        AnsiConsole.WriteLine($"On {Short(input.Cores)} cores, {Short(input.MemoryGb)} GB and {input.NetworkMbit:N0} Mbit/s the {plan.EndsFirst.Name} ends first: with {plan.EndsFirst.Until}. Its disk is full after {plan.MachineDisk.Until}.");
        AnsiConsole.WriteLine("Every number is an option, with its source: tintype plan --help");
    }

    private static void Write(string[] head, params string[][] rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(head);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }
        AnsiConsole.Write(table);
    }

    /// <summary>Three figures that count; more would promise what the assumptions do not.</summary>
    internal static string Short(double number) => Math.Abs(number) switch
    {
        >= 1000 => Math.Round(number).ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => number.ToString("0", CultureInfo.InvariantCulture),
        >= 1 => number.ToString("0.#", CultureInfo.InvariantCulture),
        _ => number.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
