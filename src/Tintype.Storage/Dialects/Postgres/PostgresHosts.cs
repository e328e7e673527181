using Npgsql;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>
/// The hosts of one server, watched: which of them leads, and how far the others are behind. Nothing outside this process decides: the
/// leader is whoever takes writes on the newest timeline.
/// </summary>
/// <remarks>
/// <para>Lag is measured without trusting clocks: what the leader had flushed at some moment, and a follower has replayed, makes that
/// follower at most as old as the moment.</para>
/// <para>A leader that was lost and comes back as if nothing had happened is on an older timeline than the follower that was promoted
/// meanwhile; whoever has seen the newer one never writes to it again.</para>
/// </remarks>
internal sealed class PostgresHosts : IAsyncDisposable
{
    // Often enough that a follower's lag is known to a fraction of what is allowed; 8 small queries a second of each process and server.
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AskAloneEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskLostEvery = TimeSpan.FromMilliseconds(100);

    private readonly PostgresHost[] hosts;
    private readonly PostgresOptions options;
    private readonly string name;
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly LinkedList<(long At, long Position)> flushed = [];
    private readonly SemaphoreSlim[] doubts;
    private Task? watching;
    private long watchingSince;
    private TaskCompletionSource judged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PostgresHost? leader;
    private int newestTimeline;

    public PostgresHosts(NpgsqlConnectionStringBuilder settings, PostgresOptions options, string name)
    {
        (this.options, this.name) = (options, name);
        hosts = [.. settings.Host!.Split(',').Select(host => new PostgresHost(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Host = host }, options.Line))];
        doubts = [.. hosts.Select(_ => new SemaphoreSlim(0, 1))];
    }

    /// <summary>Whether there are followers to read from, in good times.</summary>
    public bool HasFollowers => hosts.Length > 1;

    /// <summary>Whether a leader answers.</summary>
    public bool IsLed => Volatile.Read(ref leader) is { Report: not null };

    /// <summary>Another host leads.</summary>
    public event Action? LeaderChanged;

    /// <summary>Whoever leads; waits for one to be there.</summary>
    /// <exception cref="DatabaseRestsException">None has been for as long as patience goes, or the hosts refuse us.</exception>
    public async ValueTask<PostgresHost> LeaderAsync(CancellationToken cancel)
    {
        while (true)
        {
            Watch();
            var next = Volatile.Read(ref judged).Task;
            if (Volatile.Read(ref leader) is { Report: not null } there)
            {
                return there;
            }
            var left = LostSince() + (long)options.Patience.TotalMilliseconds - Environment.TickCount64;
            if (left <= 0 || hosts.All(host => host.Failure is PostgresException refusal && IsLasting(refusal)))
            {
                throw new DatabaseRestsException(name, hosts.Select(host => host.Failure).FirstOrDefault(failure => failure is not null));
            }
            await next.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(left, 100)), cancel).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Followers that are not too far behind, as far as is known, in random order.</summary>
    public IReadOnlyList<PostgresHost> Fresh()
    {
        var now = Environment.TickCount64;
        var fresh = hosts.Where(host => Lag(host, now) is { } lag && lag <= options.MaxLag).ToArray();
        Random.Shared.Shuffle(fresh);
        return fresh;
    }

    /// <summary>Any follower that answers, the furthest first: for when there is no leader to ask.</summary>
    public PostgresHost? Furthest() => hosts.Where(host => host.Report is { IsLeader: false }).MaxBy(host => host.Report?.Position);

    /// <summary>Every host with its report and, of a follower, how far it is behind: null when that is not known.</summary>
    public IEnumerable<(PostgresHost Host, HostReport? Report, TimeSpan? Lag)> All() =>
        hosts.Select(host => (host, host.Report, Lag(host, Environment.TickCount64)));

    /// <summary>Somebody's talk with a host failed: all are asked at once how they are.</summary>
    public void Doubt()
    {
        foreach (var doubt in doubts)
        {
            lock (doubt)
            {
                if (doubt.CurrentCount == 0)
                {
                    doubt.Release();
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        if (watching is not null)
        {
            await watching;
        }
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    private void Watch()
    {
        if (watching is null)
        {
            lock (gate)
            {
                watchingSince = Environment.TickCount64;
                watching ??= Task.WhenAll(hosts.Select((host, place) => Task.Run(() => WatchAsync(host, doubts[place]))));
            }
        }
    }

    private async Task WatchAsync(PostgresHost host, SemaphoreSlim doubt)
    {
        try
        {
            while (true)
            {
                await host.AskAsync(closing.Token);
                Judge(host);
                var pause = Volatile.Read(ref leader) is not { Report: not null } ? AskLostEvery : HasFollowers ? AskEvery : AskAloneEvery;
                if (await doubt.WaitAsync(pause, closing.Token))
                {
                    // Many doubt at once, and go on doubting until this round is over.
                    await Task.Delay(AskLostEvery / 4, closing.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closing.
        }
    }

    private void Judge(PostgresHost asked)
    {
        TaskCompletionSource tell;
        var changed = false;
        lock (gate)
        {
            if (asked.Report is { IsLeader: true } report && report.Timeline >= newestTimeline && IsOneOfUs(report))
            {
                changed = leader != asked;
                (leader, newestTimeline) = (asked, report.Timeline);
                flushed.AddLast((report.AskedAt, report.Position));
                while (flushed.First!.Value.At < report.AskedAt - (2 * options.MaxLag).TotalMilliseconds)
                {
                    flushed.RemoveFirst();
                }
            }
            else if (leader == asked && asked.Report is not null)
            {
                leader = null; // It was made a follower, or it is fenced off.
            }
            (tell, judged) = (judged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        tell.SetResult();
        if (changed)
        {
            LeaderChanged?.Invoke();
        }
    }

    // A host of another system in the list is a mistake that must not cost data.
    private bool IsOneOfUs(HostReport report) => hosts.All(host => host.Report is not { } other || other.System == report.System);

    private TimeSpan? Lag(PostgresHost host, long now)
    {
        if (host.Report is not { IsLeader: false } report)
        {
            return null;
        }
        lock (gate)
        {
            for (var sample = flushed.Last; sample is not null; sample = sample.Previous)
            {
                if (sample.Value.Position <= report.Position)
                {
                    return TimeSpan.FromMilliseconds(Math.Max(0, now - sample.Value.At));
                }
            }
        }
        return null;
    }

    private long LostSince() => Math.Max(watchingSince, Volatile.Read(ref leader) is { } lost ? lost.FailingSince : hosts.Min(host => host.FailingSince));

    /// <summary>A wrong password or a database that is not there: waiting does not help.</summary>
    private static bool IsLasting(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.InvalidCatalogName || error.SqlState.StartsWith("28", StringComparison.Ordinal);
}
