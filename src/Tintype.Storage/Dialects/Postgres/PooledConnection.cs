using Npgsql;
using Prometheus;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>A connection from a host's pool, and with it a place in <see cref="ConnectionLine"/>: both are given back together.</summary>
internal sealed class PooledConnection(NpgsqlConnection connection, ConnectionLine line) : IAsyncDisposable
{
    private int returned;

    public NpgsqlConnection Connection => connection;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref returned, 1) == 0)
        {
            try
            {
                await connection.DisposeAsync();
            }
            finally
            {
                line.Leave();
            }
        }
    }
}

/// <summary>
/// Where requests wait for one of a host's connections, first come, first served. Npgsql's pool would end the wait of all of them after the time
/// it may take to connect, and would let those that are few and hold the rest together (notifications, health, migrations) wait behind a herd.
/// </summary>
/// <param name="size">Connections there are for those in line.</param>
internal sealed class ConnectionLine(string host, int size, TimeSpan patience)
{
    /// <summary>Connections of a host's pool that nobody in line gets: two that listen, one that tells, one that asks for health.</summary>
    public const int KeptBack = 4;

    private static readonly Gauge Waiting = Metrics.CreateGauge("tintype_postgres_line", "Requests that wait in line for a connection.", "host");

    private readonly SemaphoreSlim places = new(Math.Max(1, size));
    private readonly Gauge.Child waiting = Waiting.WithLabels(host);

    /// <summary>Waits for a place; <see cref="Leave"/> gives it back.</summary>
    /// <param name="gone">Cancelled when the host ceases to answer: then nobody waits for it.</param>
    /// <exception cref="DatabaseRestsException">None came free in time: the server has more to do than it can.</exception>
    public async ValueTask EnterAsync(CancellationToken gone, CancellationToken cancel)
    {
        if (places.Wait(0, CancellationToken.None))
        {
            return;
        }
        waiting.Inc();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, cancel);
            if (!await places.WaitAsync(patience, either.Token))
            {
                throw new DatabaseRestsException(host, new TimeoutException($"none of its connections came free within {patience.TotalSeconds:0.#} s"));
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NpgsqlException($"{host} ceased to answer while a connection to it was waited for.", new IOException());
        }
        finally
        {
            waiting.Dec();
        }
    }

    public void Leave() => places.Release();
}
