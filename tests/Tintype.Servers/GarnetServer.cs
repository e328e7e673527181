using System.Reflection;

namespace Tintype.Servers;

/// <summary>Garnet, the Redis-protocol server in C#, as a process of its own (tests/Tintype.Garnet); it keeps nothing on disk.</summary>
public sealed class GarnetServer : IAsyncDisposable
{
    // Lua is off unless asked for, and its scripts are atomic in a transaction only. RandomAccess: its native device needs libraries
    // that not every system has.
    private const string Script =
        """
        up() { dotnet "$1" --port "$2" --bind 127.0.0.1 --device-type RandomAccess --checkpointdir "$root" --lua --lua-transaction-mode --memory 256m --index 16m --logger-level Warning & }
        """;

    private readonly ServerProcess process;
    private readonly int port;

    private GarnetServer(ServerProcess process, int port)
    {
        this.process = process;
        this.port = port;
    }

    /// <summary>To kill and pause it.</summary>
    public ServerProcess Process => process;

    /// <summary>What Tintype connects with.</summary>
    public string Configuration => $"127.0.0.1:{port}";

    public static async Task<GarnetServer> StartAsync()
    {
        var port = LoopbackPort.Take();
        return new(await ServerProcess.StartAsync("garnet", Script, () => RedisServer.AnswersAsync(port), Program(), $"{port}"), port);
    }

    /// <summary>Starts it anew, empty.</summary>
    public Task StartAgainAsync() => process.StartAgainAsync(() => RedisServer.AnswersAsync(port));

    public ValueTask DisposeAsync() => process.DisposeAsync();

    /// <summary>Built beside this project, which only knows where: its 74 MB need not lie beside every spec.</summary>
    private static string Program() =>
        typeof(GarnetServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(fact => fact.Key == "Garnet").Value!;
}
