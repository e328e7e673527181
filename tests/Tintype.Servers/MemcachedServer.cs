namespace Tintype.Servers;

/// <summary>A memcached for this run, with 64 MB.</summary>
public sealed class MemcachedServer : IAsyncDisposable
{
    private const string Script =
        """
        port=$1
        up() { memcached -u nobody -l 127.0.0.1 -p "$port" -U 0 -m 64 & }
        """;

    private readonly int port;

    private MemcachedServer(ServerProcess process, int port)
    {
        Process = process;
        this.port = port;
    }

    /// <summary>host:port.</summary>
    public string Address => $"127.0.0.1:{port}";

    /// <summary>To kill and pause it.</summary>
    public ServerProcess Process { get; }

    public static async Task<MemcachedServer> StartAsync()
    {
        var port = LoopbackPort.Take();
        return new(await ServerProcess.StartAsync("memcached", Script, ServerProcess.Listens(port), $"{port}"), port);
    }

    /// <summary>Empty, as always.</summary>
    public Task StartAgainAsync() => Process.StartAgainAsync(ServerProcess.Listens(port));

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
