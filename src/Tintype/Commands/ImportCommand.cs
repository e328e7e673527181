using System.Collections.Concurrent;
using System.CommandLine;
using Spectre.Console;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Upload;

namespace Tintype.Commands;

/// <summary>tintype import: a folder of photos becomes somebody's posts.</summary>
internal static class ImportCommand
{
    private const int SomeRefused = 1;
    private const int CannotStart = 2;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of photos; folders in it are looked through too." };
        var user = new Option<string>("--as") { Description = "Username of the person whose photos they become.", Required = true };
        var data = CommandApp.DataOption();
        var command = new Command(
            "import", "Post every photo of a folder, one post each, with the dates the camera noted. May be stopped and run again: what is there is not posted twice.")
        {
            folder, user, data,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(folder)!, parsed.GetValue(user)!, parsed.GetValue(data), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string folder, string user, string? data, CancellationToken cancel)
    {
        if (!Directory.Exists(folder))
        {
            return await FailAsync($"There is no folder {folder}.");
        }
        await using var app = await CommandApp.OpenAsync(data);
        var accounts = app.Services.GetRequiredService<AccountTable>();
        if (await accounts.FindIdAsync(NameKind.Username, user.TrimStart('@'), cancel: cancel) is not { } owner)
        {
            return await FailAsync($"Nobody here is called {user}: sign up first.");
        }
        var files = FilesIn(folder);
        if (files.Count == 0)
        {
            return await FailAsync($"There are no files in {folder}.");
        }
        return await ImportAsync(app.Services.GetRequiredService<PhotoImport>(), folder, files, owner, cancel);
    }

    private static async Task<int> ImportAsync(PhotoImport import, string folder, List<string> files, AccountId owner, CancellationToken cancel)
    {
        var outcomes = new ConcurrentBag<Imported>();
        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask($"Importing {files.Count} files", maxValue: files.Count);
                var options = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount };
                await Parallel.ForEachAsync(files, options, async (file, token) =>
                {
                    var outcome = await ImportAsync(import, file, owner, token);
                    outcomes.Add(outcome);
                    if (outcome is Imported.Refused refused)
                    {
                        AnsiConsole.MarkupLineInterpolated($"[red]refused[/] {Path.GetRelativePath(folder, file)}: {refused.Reason}");
                    }
                    task.Increment(1);
                });
            });
        var refused = outcomes.Count(outcome => outcome is Imported.Refused);
        Console.WriteLine($"{outcomes.Count(outcome => outcome is Imported.Posted)} posted, {outcomes.Count(outcome => outcome is Imported.There)} there already, {refused} refused.");
        return refused > 0 ? SomeRefused : 0;
    }

    /// <summary>A file that cannot even be opened is refused like one that cannot be decoded: the others go on.</summary>
    private static async Task<Imported> ImportAsync(PhotoImport import, string file, AccountId owner, CancellationToken cancel)
    {
        try
        {
            return await import.ImportAsync(file, owner, cancel);
        }
        catch (Exception unreadable) when (unreadable is UnauthorizedAccessException or FileNotFoundException)
        {
            return new Imported.Refused(unreadable.Message);
        }
    }

    /// <summary>By name, as cameras number them: the newest photo comes to stand on top.</summary>
    private static List<string> FilesIn(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System })
            .OrderBy(file => file.DirectoryName, StringComparer.Ordinal).ThenBy(file => file.Name, StringComparer.Ordinal).Select(file => file.FullName)];

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"tintype import: {message}");
        return CannotStart;
    }
}
