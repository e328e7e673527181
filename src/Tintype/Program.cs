using System.CommandLine;
using Tintype;
using Tintype.Commands;
using Tintype.Commands.Load;

var root = new RootCommand("Tintype: a photo-sharing network that anyone can run.")
{
    ServeCommand.Create(),
    GatewayCommand.Create(),
    PopulationCommand.Create(),
    PlanCommand.Create(),
    ImportCommand.Create(),
    JobsCommand.Create(),
    AdminCommand.Create(),
    CachesCommand.Create(),
    GrowCommand.Create(),
    ShardsCommand.Create(),
    LoadCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // How long a server may take to stop is its own business: Settings.DrainSeconds.
        ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
    });
}
catch (SettingsException wrong)
{
    await Console.Error.WriteLineAsync($"tintype: {wrong.Message}");
    return 2;
}
