using System.CommandLine;

namespace Tintype.Commands;

/// <summary>The app as commands use it beside a server or without one: same settings, same data, nothing listening.</summary>
internal static class CommandApp
{
    public static Option<string> DataOption() => new("--data") { Description = "Folder for databases and photos. Default: ./data" };

    /// <param name="data">The folder; null leaves it to the settings (Tintype__Data).</param>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static Task<WebApplication> OpenAsync(string? data, Action<Settings>? adjust = null) =>
        TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], settings =>
        {
            settings.Data = data ?? settings.Data;
            settings.Storage.StartSeconds = 0;
            adjust?.Invoke(settings);
        }, services => services.AddLogging(logging => logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)));
}
