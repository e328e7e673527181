using System.Text.Json;
using System.Text.RegularExpressions;

using Tintype.Demo;

namespace Tintype.Commands;

/// <summary>What the server says when it is up: where it is, where its data lies, and every setting but the secrets.</summary>
internal static partial class StartBanner
{
    public static void Print(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<Settings>();
        var json = JsonSerializer.Serialize(settings, new JsonSerializerOptions { WriteIndented = true });
        Console.WriteLine($"""

            Tintype is up: {string.Join(" ", app.Urls)}
            Public address: {settings.PublicUrl}
            Data: {Path.GetFullPath(settings.Data)}
            Roles: {settings.Roles}
            Settings: {Secrets().Replace(json, "$1***")}
            {(settings.Demo ? $"\nDemo: log in as {Cast.Visitor} with password {DemoCommunity.Password}. Photos appear over the next minute.\n" : "")}
            Stop with Ctrl+C.
            """);
    }

    [GeneratedRegex("""((?:Password|Secret|Key|AccessKey)\s*=\s*)[^;"]+""", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();
}
