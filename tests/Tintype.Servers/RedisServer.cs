using StackExchange.Redis;

namespace Tintype.Servers;

/// <summary>A Redis of one's own, that keeps nothing on disk: killed or stopped, it comes back empty.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Script =
        """
        up() { redis-server --port "$1" --bind 127.0.0.1 --dir "$root" --save '' --appendonly no & }
        """;

    private readonly ServerProcess process;
    private readonly int port;

    private RedisServer(ServerProcess process, int port)
    {
        this.process = process;
        this.port = port;
    }

    /// <summary>To kill and pause it.</summary>
    public ServerProcess Process => process;

    /// <summary>What Tintype connects with.</summary>
    public string Configuration => $"127.0.0.1:{port}";

    public static async Task<RedisServer> StartAsync()
    {
        var port = LoopbackPort.Take();
        return new(await ServerProcess.StartAsync("redis", Script, () => AnswersAsync(port), $"{port}"), port);
    }

    /// <summary>Starts it anew, empty.</summary>
    public Task StartAgainAsync() => process.StartAgainAsync(() => AnswersAsync(port));

    public ValueTask DisposeAsync() => process.DisposeAsync();

    /// <summary>Whether a server of Redis' protocol answers there.</summary>
    internal static Task<bool> AnswersAsync(int port) => AskAsync(port, async server => await server.PingAsync() > TimeSpan.Zero);

    /// <summary>Asks one server, whatever it is part of.</summary>
    internal static async Task<bool> AskAsync(int port, Func<IServer, Task<bool>> ask, CommandMap? commands = null)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
        {
            EndPoints = { { "127.0.0.1", port } }, ConnectTimeout = 2000, AllowAdmin = true, CommandMap = commands ?? CommandMap.Default, TieBreaker = "",
        });
        return await ask(connection.GetServer("127.0.0.1", port));
    }
}
