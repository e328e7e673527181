using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;
using StackExchange.Redis;

namespace Tintype.Storage.Cache.Redis;

/// <param name="Servers">StackExchange.Redis configuration: host:port of one server, of nodes of a cluster, or of Sentinels with serviceName=.</param>
/// <param name="Prefix">Before every key and channel, so that instances can share a server.</param>
public sealed record RedisOptions(string Servers, string Prefix);

/// <summary>The memory server did not answer in time, or is not there. Whoever asked does without it.</summary>
public sealed class MemoryServerException(string message, Exception inner) : UnavailableException(message, inner);

/// <summary>
/// The one connection of this process to a memory server that speaks Redis' protocol: one server, Sentinel, Cluster, or Garnet. It is made
/// in the background and mended by itself. What is asked while a server is down fails at once, so that callers can go elsewhere.
/// </summary>
/// <remarks>
/// A server that takes connections but does not answer (paused, overloaded) costs the first few who ask a second each; then its
/// connection is given up, and asking it fails at once like asking one that is gone.
/// </remarks>
public sealed class RedisConnection : IHostedService, IAsyncDisposable
{
    // Before what was configured, so that the configuration has the last word. Milliseconds; keepAlive in seconds.
    private const string Defaults = "abortConnect=false,connectTimeout=2000,asyncTimeout=1000,syncTimeout=1000,connectRetry=1,keepAlive=2,name=tintype,";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StartWait = TimeSpan.FromSeconds(2);

    private static readonly Counter Calls = Metrics.CreateCounter("tintype_memory_server_calls_total", "Calls to the memory server by how they ended.", "outcome");
    private static readonly Counter.Child Answered = Calls.WithLabels("answered"), Failed = Calls.WithLabels("failed"), Refused = Calls.WithLabels("down");
    private static readonly Counter Interruptions = Metrics.CreateCounter("tintype_memory_server_interruptions_total", "Connections to memory servers lost or mended.", "what");
    private static readonly Gauge Up = Metrics.CreateGauge("tintype_memory_server_up", "1 while the memory server is connected.");

    private readonly ConfigurationOptions configuration;
    private readonly ILogger log;
    private readonly CancellationTokenSource closing = new();
    private readonly Task connecting;
    private ConnectionMultiplexer? multiplexer;

    /// <exception cref="ArgumentException">The configuration makes no sense.</exception>
    public RedisConnection(RedisOptions options, ILogger<RedisConnection> log)
    {
        this.log = log;
        Prefix = options.Prefix;
        configuration = ConfigurationOptions.Parse(Defaults + options.Servers);
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        // How soon a call that is not answered is noticed.
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        configuration.ReconnectRetryPolicy = new LinearRetry((int)Pause.TotalMilliseconds);
        configuration.CircuitBreaker = new StackExchange.Redis.Availability.CircuitBreaker.Builder
        {
            FailureRateThreshold = 50,
            MinimumNumberOfFailures = 3,
            MetricsWindowSize = TimeSpan.FromSeconds(2),
        };
        Name = string.Join(',', configuration.EndPoints);
        connecting = Task.Run(ConnectAsync);
    }

    /// <summary>Before every key and channel.</summary>
    public string Prefix { get; }

    /// <summary>For logs and readiness; without secrets.</summary>
    public string Name { get; }

    /// <summary>A connection was lost or mended: what was published meanwhile may not have come.</summary>
    public event Action? Interrupted;

    public bool IsUp => multiplexer is { IsConnected: true };

    /// <summary>What is not as it should be, or null: for readiness, where it is no reason to stay away.</summary>
    public string? Fault
    {
        get
        {
            var missing = multiplexer is null ? Name : string.Join(',', multiplexer.GetServers().Where(server => !server.IsConnected).Select(server => server.EndPoint));
            return missing.Length == 0 ? null : $"memory server {missing}: not connected";
        }
    }

    /// <summary>Asks the server.</summary>
    /// <exception cref="MemoryServerException">It is down (said at once), or did not answer within a second, or refused.</exception>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask)
    {
        if (multiplexer is not { IsConnected: true } connected)
        {
            Refused.Inc();
            throw new MemoryServerException($"the memory server {Name} is not connected", new TimeoutException());
        }
        try
        {
            var answer = await ask(connected.GetDatabase());
            Answered.Inc();
            return answer;
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            Failed.Inc();
            throw new MemoryServerException(error.Message, error);
        }
    }

    /// <summary>The same, where there is nothing to answer.</summary>
    /// <exception cref="MemoryServerException">As above: it may have been done nevertheless.</exception>
    public Task AskAsync(Func<IDatabase, Task> ask) => AskAsync(async database => { await ask(database); return true; });

    /// <summary>Publishes to all processes that listen, this one included.</summary>
    /// <returns>How many are known to have heard it: of a cluster, those at the node that took it.</returns>
    /// <exception cref="MemoryServerException">It may not have been heard.</exception>
    public Task<long> PublishAsync(string channel, ReadOnlyMemory<byte> message) =>
        AskAsync(database => database.PublishAsync(ChannelOf(channel), message));

    /// <summary>Calls <paramref name="hear"/> with what is published, one after the other, from as soon as the server is there until this is disposed of.</summary>
    public async Task ListenAsync(string channel, Action<ReadOnlyMemory<byte>> hear)
    {
        await connecting;
        while (!closing.IsCancellationRequested)
        {
            try
            {
                var queue = await multiplexer!.GetSubscriber().SubscribeAsync(ChannelOf(channel));
                queue.OnMessage(message => hear(message.Message));
                return;
            }
            catch (Exception error) when (error is RedisException or TimeoutException)
            {
                await Task.Delay(Pause, closing.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Waits a moment for the connection, so that the first requests have it; a server that is down holds nobody up.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAny(connecting, Task.Delay(StartWait, cancellationToken));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // Asked for as two services, it is disposed of twice.
        if (closing.IsCancellationRequested)
        {
            return;
        }
        await closing.CancelAsync();
        await connecting;
        if (multiplexer is not null)
        {
            await multiplexer.DisposeAsync();
        }
        closing.Dispose();
    }

    /// <summary>Until it has succeeded once: from then on the multiplexer mends itself. Sentinels that are down make it fail, a server that is down does not.</summary>
    private async Task ConnectAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                var connected = await ConnectionMultiplexer.ConnectAsync(configuration);
                connected.ConnectionFailed += (_, lost) => Note("lost", lost);
                connected.ConnectionRestored += (_, mended) => Note("mended", mended);
                multiplexer = connected;
                Up.Set(connected.IsConnected ? 1 : 0);
                return;
            }
            catch (Exception error) when (error is RedisException or TimeoutException)
            {
                log.LogWarning("The memory server {Name} cannot be reached: {Message}. Going on without it", Name, error.Message);
                await Task.Delay(Pause, closing.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    /// <summary>In a cluster, by one node: what takes different ways is heard in another order.</summary>
    private RedisChannel ChannelOf(string name) => RedisChannel.Literal(Prefix + name).WithKeyRouting();

    private void Note(string what, ConnectionFailedEventArgs connection)
    {
        Interruptions.WithLabels(what).Inc();
        Up.Set(IsUp ? 1 : 0);
        log.LogWarning("Connection to the memory server {Endpoint} ({Type}) {What} {Reason}", connection.EndPoint, connection.ConnectionType, what, connection.FailureType);
        Interrupted?.Invoke();
    }
}
