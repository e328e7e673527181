using System.Diagnostics;
using Npgsql;

namespace Tintype.Servers;

/// <summary>A cluster that <c>deploy/cluster/up</c> started: where people come in, what its instances are told, and its processes by name.</summary>
/// <param name="folder">What was said as --data.</param>
public sealed class RunningCluster(string folder)
{
    /// <summary>The one named in TINTYPE_SPECS_CLUSTER, against which specs that speak HTTP are to run.</summary>
    public static RunningCluster? Named { get; } = Environment.GetEnvironmentVariable("TINTYPE_SPECS_CLUSTER") is { Length: > 0 } named ? new(named) : null;

    /// <summary>The caching proxy in front of everything.</summary>
    public string Url => $"http://127.0.0.1:{Base}";

    public int Base { get; } = int.Parse(File.ReadAllText(Path.Combine(folder, "base")), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>As in the environment of every instance: Tintype__Section__Knob.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; } =
        File.ReadAllLines(Path.Combine(folder, "tintype.env")).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Names of its processes, and their ids; null of those that do not run.</summary>
    public async Task<IReadOnlyDictionary<string, int?>> ProcessesAsync() =>
        (await RunAsync(Control, "list", "--data", folder)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(pair => pair[0], pair => int.TryParse(pair[1], out var id) ? id : (int?)null);

    /// <summary>deploy/cluster/control: start, stop, kill, pause, resume, cut, mend, promote, rejoin, alone.</summary>
    public Task ControlAsync(string action, string name) => RunAsync(Control, action, name, "--data", folder);

    /// <summary>
    /// Nobody and nothing in it, as when it was new: no rows, no feeds, and no instance that remembers. Keys stay.
    /// </summary>
    public async Task EmptyAsync()
    {
        foreach (var server in Settings.Where(setting => setting.Key.StartsWith("Tintype__Storage__Servers__", StringComparison.Ordinal)))
        {
            await using var connection = new NpgsqlConnection(server.Value + ";Target Session Attributes=primary;Pooling=false;Command Timeout=60");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                """
                DO $$
                DECLARE one record;
                BEGIN
                  FOR one IN SELECT schemaname, relname FROM pg_stat_user_tables
                    WHERE schemaname ~ '^(accounts|content|social)_' AND relname NOT IN ('shared_keys', 'schema_version', 'placements')
                  LOOP EXECUTE format('DELETE FROM %I.%I', one.schemaname, one.relname); END LOOP;
                END $$
                """, connection);
            await command.ExecuteNonQueryAsync();
        }
        foreach (var server in Settings["Tintype__Memory__Servers"].Split(',', StringSplitOptions.RemoveEmptyEntries).Where(part => part.Contains(':')))
        {
            var port = server.Split(':')[1];
            await RunAsync("redis-cli", "-p", port, "flushall");
            // Whoever listened must take it that something was missed.
            await RunAsync("redis-cli", "-p", port, "client", "kill", "type", "pubsub");
        }
    }

    private static string Control => Path.Combine(Root(), "deploy", "cluster", "control");

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Tintype.slnx")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("not run from a checkout of Tintype");
        }
        return at;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
    }
}
