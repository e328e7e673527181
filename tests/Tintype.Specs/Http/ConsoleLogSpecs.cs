using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Tintype.Http;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class ConsoleLogSpecs
{
    [Fact]
    public async Task Nothing_is_kept_of_a_scope_and_settings_of_the_console_hold()
    {
        await using var services = new ServiceCollection().AddLogging(logging =>
        {
            logging.AddDebug().AddEventSourceLogger().AddConsole(console => console.FormatterName = ConsoleFormatterNames.Json);
            ConsoleLog.Use(logging);
            logging.AddFilter<ConsoleLog>("Quiet", LogLevel.Error);
        }).BuildServiceProvider();
        var log = services.GetRequiredService<ILogger<ConsoleLogSpecs>>();

        var before = ExecutionContext.Capture();
        using (log.BeginScope("a connection"))
        {
            Assert.Same(before, ExecutionContext.Capture());
        }
        Assert.True(log.IsEnabled(LogLevel.Information));
        Assert.False(services.GetRequiredService<ILoggerFactory>().CreateLogger("Quiet").IsEnabled(LogLevel.Warning));
        Assert.IsType<ConsoleLog>(Assert.Single(services.GetServices<ILoggerProvider>()));
        Assert.Equal(ConsoleFormatterNames.Json, services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
    }
}
