using StackExchange.Redis;

namespace Tintype.Servers;

/// <summary>A Redis Cluster of three nodes that keep nothing on disk but the map of the cluster.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16_384;

    // Where nodes listen for each other.
    private const int BusAbove = 10_000;

    private const string Script =
        """
        up() {
          for port in "$@"; do
            mkdir -p "$root/$port"
            redis-server --port "$port" --bind 127.0.0.1 --dir "$root/$port" --save '' --appendonly no --cluster-enabled yes \
              --cluster-config-file nodes.conf --cluster-node-timeout 2000 --cluster-announce-ip 127.0.0.1 &
          done
        }
        """;

    private readonly ServerProcess process;
    private readonly int[] ports;

    private RedisCluster(ServerProcess process, int[] ports)
    {
        this.process = process;
        this.ports = ports;
    }

    /// <summary>To kill and pause all of its nodes.</summary>
    public ServerProcess Process => process;

    /// <summary>What Tintype connects with.</summary>
    public string Configuration => string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));

    public static async Task<RedisCluster> StartAsync()
    {
        var ports = Enumerable.Range(0, 3).Select(_ => LoopbackPort.Take(above: BusAbove)).ToArray();
        var process = await ServerProcess.StartAsync(
            "redis-cluster", Script, () => EachAsync(ports, async server => await server.PingAsync() > TimeSpan.Zero), [.. ports.Select(port => $"{port}")]);
        var cluster = new RedisCluster(process, ports);
        await cluster.JoinAsync();
        return cluster;
    }

    /// <summary>Starts all nodes anew: the same cluster, empty.</summary>
    public Task StartAgainAsync() => process.StartAgainAsync(IsWholeAsync);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task JoinAsync()
    {
        for (var node = 0; node < ports.Length; node++)
        {
            var (first, last) = (Slots * node / ports.Length, (Slots * (node + 1) / ports.Length) - 1);
            await RedisServer.AskAsync(ports[node], async server =>
            {
                await server.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", first, last);
                await server.ExecuteAsync("CLUSTER", "MEET", "127.0.0.1", ports[0]);
                return true;
            });
        }
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(1);
        while (!await IsWholeAsync())
        {
            if (TimeProvider.System.GetUtcNow() > deadline)
            {
                throw new InvalidOperationException("the nodes of the Redis Cluster did not find each other");
            }
            await Task.Delay(50);
        }
    }

    private Task<bool> IsWholeAsync() => EachAsync(ports, async server =>
        (await server.ExecuteAsync("CLUSTER", "INFO")).ToString() is { } info
        && info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_known_nodes:3", StringComparison.Ordinal));

    private static async Task<bool> EachAsync(int[] ports, Func<IServer, Task<bool>> ask)
    {
        foreach (var port in ports)
        {
            if (!await RedisServer.AskAsync(port, ask))
            {
                return false;
            }
        }
        return true;
    }
}
