using System.Collections.Concurrent;
using Npgsql;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>
/// What processes on one server tell each other, over LISTEN and NOTIFY at its leader, wherever that is. Of one topic only the newest
/// word counts. What is told while nobody listens is lost; listeners know when they have been deaf.
/// </summary>
/// <remarks>
/// NOTIFY stands outside the transactions it tells of, and at most once in <see cref="Pause"/>: commits that notify wait for each other,
/// all over the database.
/// </remarks>
internal sealed class PostgresNews(PostgresHosts hosts) : IAsyncDisposable
{
    private const string Channel = "tintype";

    // A notification carries 8,000 bytes; 100 topics of 60 are well below.
    private const int TopicsAtOnce = 100;

    /// <summary>Gathers what is told together; not to be felt beside the writes themselves.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(200);

    // So that a process does not hear itself.
    private readonly string me = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
    private readonly ConcurrentDictionary<string, string> untold = new();
    private readonly SemaphoreSlim anything = new(0, 1);
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? running;

    /// <summary>A topic and the newest word about it, from another process.</summary>
    public event Action<string, string>? Heard;

    /// <summary>Raised when it starts to listen, at first or again, with the leader's position then: what was told before was missed.</summary>
    public event Action<long>? Listens;

    /// <summary>Whether all that others tell is heard right now.</summary>
    public bool IsListening { get; private set; }

    public void Start()
    {
        if (running is null)
        {
            lock (gate)
            {
                running ??= Task.WhenAll(Task.Run(() => AgainAsync(ListenAsync)), Task.Run(() => AgainAsync(TellAsync)));
            }
        }
    }

    public void Tell(string topic, string word)
    {
        Start();
        untold[topic] = word;
        lock (anything)
        {
            if (anything.CurrentCount == 0)
            {
                anything.Release();
            }
        }
    }

    /// <summary>Completes when all that was told until now has been sent.</summary>
    public async Task ToldAsync(CancellationToken cancel)
    {
        // The round on its way may have begun before our word; the next one has it.
        for (var rounds = 0; rounds < 2 && !untold.IsEmpty; rounds++)
        {
            await Volatile.Read(ref told).Task.WaitAsync(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        if (running is not null)
        {
            await running;
        }
    }

    private async Task ListenAsync()
    {
        using var elsewhere = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        void Leave() => elsewhere.Cancel();
        hosts.LeaderChanged += Leave;
        try
        {
            var leader = await hosts.LeaderAsync(elsewhere.Token);
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(elsewhere.Token, leader.Gone);
            await using var connection = await leader.Source.OpenConnectionAsync(lost.Token);
            connection.Notification += (_, heard) => Hear(heard.Payload.Split('\n'));
            await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
            {
                await listen.ExecuteNonQueryAsync(lost.Token);
            }
            Listens?.Invoke(await PostgresHost.FlushedAsync(connection, lost.Token));
            IsListening = true;
            while (true)
            {
                await connection.WaitAsync(lost.Token);
            }
        }
        finally
        {
            IsListening = false;
            hosts.LeaderChanged -= Leave;
        }
    }

    private void Hear(string[] lines)
    {
        if (lines[0] == me)
        {
            return;
        }
        foreach (var line in lines.Skip(1))
        {
            var blank = line.LastIndexOf(' ');
            Heard?.Invoke(line[..blank], line[(blank + 1)..]);
        }
    }

    private async Task TellAsync()
    {
        while (true)
        {
            await anything.WaitAsync(closing.Token);
            var some = untold.Take(TopicsAtOnce).ToArray();
            if (some.Length > 0)
            {
                try
                {
                    var leader = await hosts.LeaderAsync(closing.Token);
                    // Asynchronous, for news need not survive: what they tell of is durable already.
                    await using var tell = leader.Source.CreateCommand("SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)");
                    tell.Parameters.AddWithValue(Channel);
                    tell.Parameters.AddWithValue($"{me}\n{string.Join('\n', some.Select(one => $"{one.Key} {one.Value}"))}");
                    await tell.ExecuteNonQueryAsync(closing.Token);
                    // A newer word that came meanwhile stays for the next round.
                    Array.ForEach(some, one => untold.TryRemove(one));
                }
                finally
                {
                    Interlocked.Exchange(ref told, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
                }
            }
            await Task.Delay(Pause, closing.Token);
            if (!untold.IsEmpty)
            {
                lock (anything)
                {
                    if (anything.CurrentCount == 0)
                    {
                        anything.Release();
                    }
                }
            }
        }
    }

    private async Task AgainAsync(Func<Task> talk)
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await talk();
            }
            catch (Exception error) when (error is OperationCanceledException or System.Data.Common.DbException or IOException or ObjectDisposedException)
            {
                // The leader is another one, or lost: both sides start anew. While that lasts, listeners know themselves to be deaf.
                await Task.Delay(Reconnect, closing.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }
}
