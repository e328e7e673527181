using System.CommandLine;
using System.Net.Sockets;

namespace Tintype.Commands;

/// <summary>tintype serve: the network itself.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    public static Command Create()
    {
        var urls = new Option<string>("--urls") { Description = $"Addresses to listen on, separated by semicolons. Default: {DefaultUrl}" };
        var data = new Option<string>("--data") { Description = "Folder for databases and photos. Default: ./data" };
        var roles = new Option<string>("--roles") { Description = $"Roles of this process, separated by commas. Default: all ({string.Join(", ", Roles.All.Select(role => role.Name))}); or {Roles.Gateway}, which forwards to the others" };
        var demo = new Option<bool>("--demo") { Description = "Fill an empty instance with a made-up community while the site is up." };
        var command = new Command("serve", "Start Tintype. Any setting can follow as --Tintype:Section:Knob=value, or stand in the environment as Tintype__Section__Knob.")
        {
            urls, data, roles, demo,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            RefuseUnknown(parsed.UnmatchedTokens);
            var address = parsed.GetValue(urls) ?? Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? DefaultUrl;
            await using var app = await TintypeApp.BuildAsync([.. parsed.UnmatchedTokens, $"--urls={address}"], settings =>
            {
                settings.Data = parsed.GetValue(data) ?? settings.Data;
                settings.Roles = parsed.GetValue(roles) ?? settings.Roles;
                settings.Demo |= parsed.GetValue(demo);
            });
            await StartAsync(app, address, cancel);
            StartBanner.Print(app);
            _ = ActivatorUtilities.CreateInstance<SpareMemory>(app.Services).RunAsync(app.Lifetime.ApplicationStopping);
            await app.WaitForShutdownAsync(cancel);
            return 0;
        });
        return command;
    }

    /// <summary>A mistyped option must not be taken for a setting and silently do nothing.</summary>
    private static void RefuseUnknown(IReadOnlyList<string> tokens)
    {
        if (tokens.FirstOrDefault(token => !token.StartsWith("--", StringComparison.Ordinal) || !token.Contains(':') || !token.Contains('=')) is { } odd)
        {
            throw new SettingsException($"'{odd}' is neither an option nor a setting (--Tintype:Section:Knob=value). See: tintype serve --help");
        }
    }

    private static async Task StartAsync(WebApplication app, string address, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new SettingsException($"{address} is in use by another program. Stop it, or choose another address: ./run --urls http://127.0.0.1:5081");
        }
        catch (SocketException error)
        {
            throw new SettingsException($"cannot listen on {address}: {error.Message}");
        }
    }
}
