using System.CommandLine;
using System.Data.Common;
using System.Diagnostics;
using Spectre.Console;
using Tintype.Commands.Growing;
using Tintype.Storage;
using Tintype.Storage.Objects;

namespace Tintype.Commands;

/// <summary>tintype grow: an instance leaves its data folder for PostgreSQL servers and an object store, or comes home.</summary>
internal static class GrowCommand
{
    private const int Failed = 1;

    public static Command Create()
    {
        var data = CommandApp.DataOption();
        var finish = new Option<bool>("--finish") { Description = "The last step, with the server stopped: what changed since, then the folder is closed." };
        var verify = new Option<bool>("--verify") { Description = "Read both sides and compare counts and hashes." };
        var cancel = new Option<bool>("--cancel") { Description = "Give up before --finish: the instance stays where it is." };
        var back = new Option<bool>("--back") { Description = "Bring the instance home into the data folder, with its servers stopped." };
        var command = new Command(
            "grow", "Move an embedded instance to the PostgreSQL servers and the object store of the settings. The site may go on meanwhile; may be stopped and run again.")
        {
            data, finish, verify, cancel, back,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var asked = new[] { finish, verify, cancel, back }.Where(parsed.GetValue).ToList();
            if (asked.Count > 1)
            {
                throw new SettingsException("--finish, --verify, --cancel and --back are one at a time. See: tintype grow --help");
            }
            try
            {
                if (asked.Contains(cancel))
                {
                    return await CancelAsync(parsed.GetValue(data), stop);
                }
                var (folder, isFinish, isBack) = (parsed.GetValue(data), asked.Contains(finish), asked.Contains(back));
                await using var homes = isBack ? await GrowthHomes.OpenForBackAsync(folder, stop) : await GrowthHomes.OpenAsync(folder, alone: isFinish, stop);
                return await (isBack ? BackAsync(homes, stop)
                    : isFinish ? FinishAsync(homes, stop)
                    : asked.Contains(verify) ? VerifyAsync(homes, stop)
                    : StartAsync(homes, stop));
            }
            catch (Exception error) when (error is UnavailableException or ObjectChangedException or DbException or IOException)
            {
                await Console.Error.WriteLineAsync($"tintype grow: {error.Message} Run it again to go on from here.");
                return Failed;
            }
        });
        return command;
    }

    private static async Task<int> StartAsync(GrowthHomes homes, CancellationToken cancel)
    {
        using var shared = DataFolder.Share(homes.Folder);
        await homes.BeginAsync(cancel);
        var watch = Stopwatch.StartNew();
        await ShowAsync(async progress =>
        {
            await homes.Growth.CarryRowsAsync(progress, cancel);
            if (homes.Growth.MovesObjects)
            {
                await homes.Growth.CarryObjectsAsync(progress.AddTask("objects"), cancel);
            }
        });
        var left = await homes.CatchUpAsync(cancel);
        homes.State.NoteDone(GrowthHomes.FirstPass);
        Console.WriteLine($"""
            Everything is over there, as it was a moment ago ({watch.Elapsed.TotalSeconds:N1} s; {left:N0} changes wait to follow).
            Next: stop the server, run 'tintype grow --finish', start the server with the settings of this command.
            The last step carries what changes until then; running 'tintype grow' again right before keeps it short.
            """);
        return 0;
    }

    private static async Task<int> FinishAsync(GrowthHomes homes, CancellationToken cancel)
    {
        homes.RequireFirstPass();
        var watch = Stopwatch.StartNew();
        var changes = await homes.CarryAllAsync(cancel);
        var (carried, removed) = await homes.Growth.CarryObjectsAsync(null, cancel);
        await homes.CloseAsync(cancel);
        Console.WriteLine($"""
            The instance has moved. The last step took {watch.Elapsed.TotalSeconds:N2} s: {changes:N0} changes, {carried:N0} objects carried, {removed:N0} removed.
            Start the servers with the settings of this command. Until then 'tintype grow --verify' can compare both sides.
            {Path.GetFullPath(homes.Folder)} is what it was before: keep it until you are content.
            """);
        return 0;
    }

    private static async Task<int> VerifyAsync(GrowthHomes homes, CancellationToken cancel) =>
        await Comparison.ShowAsync(homes.Embedded, homes.Engines, cancel) ? 0 : Failed;

    private static async Task<int> CancelAsync(string? data, CancellationToken cancel)
    {
        await GrowthHomes.CancelAsync(data, cancel);
        Console.WriteLine("The instance stays in its folder. What was carried is left over there: drop those databases and that bucket.");
        return 0;
    }

    private static async Task<int> BackAsync(GrowthHomes homes, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        await ShowAsync(async progress =>
        {
            await homes.Growth.CarryRowsAsync(progress, cancel);
            if (homes.Growth.MovesObjects)
            {
                await homes.Growth.CarryObjectsAsync(progress.AddTask("objects"), cancel);
            }
        });
        await homes.IndexAsync(cancel);
        var took = watch.Elapsed;
        if (!await Comparison.ShowAsync(homes.Embedded, homes.Engines, cancel))
        {
            Console.WriteLine("The folder stays closed: stop whoever writes to the servers, and run this again.");
            return Failed;
        }
        homes.Open();
        Console.WriteLine($"""
            The instance is home in {Path.GetFullPath(homes.Folder)} after {took.TotalSeconds:N1} s. Start the server without the settings of the servers.
            What is over there is left as it was: drop it when you are content.
            """);
        return 0;
    }

    private static Task ShowAsync(Func<ProgressContext, Task> work) =>
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(work);
}
