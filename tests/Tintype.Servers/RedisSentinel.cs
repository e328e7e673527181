using StackExchange.Redis;

namespace Tintype.Servers;

/// <summary>A Redis leader with a follower, watched by three Sentinels that make the follower the leader when the leader is gone for a second.</summary>
public sealed class RedisSentinel : IAsyncDisposable
{
    private const string Leader = "main";

    // Each server in a loop of its own would be three processes more; the leader alone is killed, by its id.
    private const string Script =
        """
        leader=$1 follower=$2; shift 2
        up() {
          shift 2
          redis-server --port "$leader" --bind 127.0.0.1 --dir "$root" --save '' --appendonly no --pidfile "$root/leader.pid" &
          redis-server --port "$follower" --bind 127.0.0.1 --dir "$root" --save '' --appendonly no --replicaof 127.0.0.1 "$leader" --repl-diskless-sync yes --repl-diskless-sync-delay 0 &
          for port in "$@"; do
            printf '%s\n' "port $port" "bind 127.0.0.1" "dir $root" "sentinel monitor main 127.0.0.1 $leader 2" \
              "sentinel down-after-milliseconds main 1000" "sentinel failover-timeout main 5000" >"$root/$port.conf"
            redis-sentinel "$root/$port.conf" &
          done
        }
        set -- "$leader" "$follower" "$@"
        """;

    private readonly ServerProcess process;
    private readonly int[] ports;

    private RedisSentinel(ServerProcess process, int[] ports)
    {
        this.process = process;
        this.ports = ports;
    }

    /// <summary>To kill and pause all of it.</summary>
    public ServerProcess Process => process;

    /// <summary>What Tintype connects with.</summary>
    public string Configuration => $"{string.Join(',', ports[2..].Select(port => $"127.0.0.1:{port}"))},serviceName={Leader}";

    public static async Task<RedisSentinel> StartAsync()
    {
        var ports = Enumerable.Range(0, 5).Select(_ => LoopbackPort.Take()).ToArray();
        return new(await ServerProcess.StartAsync("redis-sentinel", Script, () => KnowEachOtherAsync(ports), [.. ports.Select(port => $"{port}")]), ports);
    }

    /// <summary>Starts all of it anew, empty, as it was at first.</summary>
    public Task StartAgainAsync() => process.StartAgainAsync(() => KnowEachOtherAsync(ports));

    /// <summary>Ends the leader without a word to anybody.</summary>
    public async Task KillLeaderAsync()
    {
        using var leader = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Path.Combine(process.Folder, "leader.pid")), null));
        leader.Kill();
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<bool> KnowEachOtherAsync(int[] ports)
    {
        foreach (var port in ports[2..])
        {
            var knows = await RedisServer.AskAsync(port, async sentinel =>
                (await sentinel.SentinelMasterAsync(Leader)).Any(fact => fact is { Key: "num-other-sentinels", Value: "2" }) && (await sentinel.SentinelReplicasAsync(Leader)).Length == 1,
                CommandMap.Sentinel);
            if (!knows)
            {
                return false;
            }
        }
        return true;
    }
}
