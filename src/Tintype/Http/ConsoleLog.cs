using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Tintype.Http;

/// <summary>
/// The log, on the console and nowhere else, and without scopes. The server opens one for each connection, which nobody prints: 230 bytes for as long as
/// the connection lives, and an execution context that goes along with whatever runs there.
/// </summary>
/// <remarks>Everything under Logging:Console in the settings holds as ever, but for IncludeScopes.</remarks>
[ProviderAlias("Console")]
internal sealed class ConsoleLog(IOptionsMonitor<ConsoleLoggerOptions> options, IEnumerable<ConsoleFormatter> formatters) : ILoggerProvider
{
    // A provider that can take scopes is given them: this one is not asked.
    private readonly ConsoleLoggerProvider console = new(options, formatters);

    /// <summary>In the place of whatever logs.</summary>
    public static void Use(ILoggingBuilder logging)
    {
        logging.AddConsole(); // For its options and formatters.
        logging.Services.RemoveAll<ILoggerProvider>();
        logging.Services.AddSingleton<ILoggerProvider, ConsoleLog>();
    }

    public ILogger CreateLogger(string categoryName) => console.CreateLogger(categoryName);

    public void Dispose() => console.Dispose();
}
