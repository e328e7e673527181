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

    /// <summary>Of a file in its folder.</summary>
    public string PathOf(string name) => Path.Combine(folder, name);

    public int Base { get; } = int.Parse(File.ReadAllText(Path.Combine(folder, "base")), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>As in the environment of every instance: Tintype__Section__Knob.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; } =
        File.ReadAllLines(Path.Combine(folder, "tintype.env")).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Names of its processes, and their ids; null of those that do not run.</summary>
    public async Task<IReadOnlyDictionary<string, int?>> ProcessesAsync() =>
        (await RunAsync(Control, "list", "--data", folder)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(pair => pair[0], pair => int.TryParse(pair[1], out var id) ? id : (int?)null);

    /// <summary>deploy/cluster/control: start, stop, kill, pause, resume, cut, mend, add, remove, promote, rejoin, alone, together.</summary>
    public Task ControlAsync(string action, string name) => RunAsync(Control, action, name, "--data", folder);

    /// <summary>Starts one, as deploy/cluster/up does, whose commits wait for followers and whose visitors have no limits.</summary>
    /// <param name="folder">Empty, or not there.</param>
    public static async Task<RunningCluster> StartAsync(string folder, int firstPort, int shards)
    {
        // Its servers run as users of their own, who must be let in.
        await RunAsync("chmod", "o+rx", Path.GetDirectoryName(folder)!);
        await RunAsync(
            "env", "TINTYPE_CLUSTER_LIMITS=false", $"TINTYPE_CLUSTER_SHARDS={shards}",
            Path.Combine(Root(), "deploy", "cluster", "up"), "--data", folder, "--base", $"{firstPort}", "--synchronous");
        return new RunningCluster(folder);
    }

    /// <summary>deploy/cluster/down.</summary>
    public Task EndAsync() => RunAsync(Path.Combine(Root(), "deploy", "cluster", "down"), "--data", folder);

    /// <summary>A command of Tintype, told where everything is as the instances are.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> TintypeAsync(params string[] arguments) => RunAsync(
        "env", [.. Settings.Select(setting => $"{setting.Key}={setting.Value}"), "dotnet", Path.Combine(folder, "app", "Tintype.dll"), .. arguments, "--data", Path.Combine(folder, "instances", "commands")]);

    /// <summary>Which of two PostgreSQL servers takes writes now: postgres-1 or, after a promotion, postgres-1b.</summary>
    public async Task<string> LeaderAsync(int pair)
    {
        foreach (var (suffix, port) in new[] { ("", Base + 20 + 10 * pair), ("b", Base + 21 + 10 * pair) })
        {
            try
            {
                await using var connection = new NpgsqlConnection($"Host=127.0.0.1:{port};Username=tintype;Database=tintype;Timeout=5;Pooling=false");
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand("SELECT NOT pg_is_in_recovery()", connection);
                if (await command.ExecuteScalarAsync() is true)
                {
                    return $"postgres-{pair}{suffix}";
                }
            }
            catch (NpgsqlException)
            {
                // Not this one.
            }
        }
        throw new InvalidOperationException($"none of the pair postgres-{pair} takes writes");
    }

    /// <summary>Instances and gateways that are not ready, or ready without something, in their own words.</summary>
    public async Task<IReadOnlyList<string>> ComplaintsAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var complaints = (await ProcessesAsync()).Where(process => process.Value is null).Select(process => $"{process.Key} does not run").ToList();
        foreach (var address in File.ReadLines(Path.Combine(folder, "map.txt")).Where(line => !NotOurs.Any(word => line.StartsWith(word, StringComparison.Ordinal)))
            .SelectMany(line => line.Split(' ')).Where(word => word.StartsWith("http://", StringComparison.Ordinal)))
        {
            try
            {
                using var answer = await http.GetAsync($"{address}/healthz/ready");
                var words = await answer.Content.ReadAsStringAsync();
                if (!answer.IsSuccessStatusCode || words.Contains("degraded", StringComparison.Ordinal))
                {
                    complaints.Add($"{address}: {words.Trim()}");
                }
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                complaints.Add($"{address}: {error.Message}");
            }
        }
        return complaints;
    }

    private static readonly string[] NotOurs = ["Tintype ", "PostgreSQL", "Redis", "S3"];

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
        }
        await TintypeAsync("caches", "--forget");
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
