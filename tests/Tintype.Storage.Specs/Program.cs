using Tintype.Storage.Specs.Dialects;
using Xunit.Runner.InProc.SystemConsole;

// Specs that kill a process start this program again as that process.
if (args is [nameof(SqliteDurabilitySpecs.WriteUntilKilledAsync), var folder, var round])
{
    await SqliteDurabilitySpecs.WriteUntilKilledAsync(folder, round);
    return 0;
}
return await ConsoleRunner.Run(args);
