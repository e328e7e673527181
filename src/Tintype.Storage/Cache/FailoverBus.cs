using Microsoft.Extensions.Logging;
using Prometheus;
using Tintype.Storage.Model;

namespace Tintype.Storage.Cache;

/// <summary>
/// Two ways for the same messages: the first as long as it takes them; while it does not, and for a while after, both. So a memory server
/// that is lost, or comes back empty, costs no message: who has yet to listen there again hears it the other way.
/// </summary>
/// <remarks>
/// A message may come twice, and out of turn between the two ways. Every few seconds one goes both ways though the first takes them all, so
/// that who hears only the second notices, by the sender's count, what it lacks.
/// </remarks>
public sealed class FailoverBus(IProcessBus first, IProcessBus second, TimeProvider time, ILogger<FailoverBus> log) : IProcessBus
{
    /// <summary>How long after the first failed to take a message both are used: listeners connect again within seconds.</summary>
    internal static readonly TimeSpan DoubtedFor = TimeSpan.FromSeconds(20);

    /// <summary>How often one goes both ways, whatever happens: each costs the second a wake-up of every process.</summary>
    internal static readonly TimeSpan Reminder = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(250);
    private static readonly Gauge IsDoubted = Metrics.CreateGauge("tintype_words_over_databases", "1 while words of changes go over a database too, because the memory server may not carry them.");

    private long doubtedAt = long.MinValue;
    private long remindedAt = long.MinValue;

    /// <summary>To be called when something says that not all who listen hear what the first takes: both are used for a while.</summary>
    public void Doubt(string why)
    {
        if (Interlocked.Exchange(ref doubtedAt, time.GetTimestamp()) == long.MinValue)
        {
            IsDoubted.Set(1);
            log.LogWarning("Words of changes go over the databases too: {Why}", why);
        }
    }

    /// <summary>Completes when one of the two has taken it.</summary>
    public async Task SendAsync(string message, CancellationToken cancel)
    {
        if (!IsDoubtful())
        {
            if (!IsWithin(remindedAt, Reminder))
            {
                remindedAt = time.GetTimestamp();
                _ = TryAsync(second, message, cancel); // Whatever becomes of it, the first has to carry it.
            }
            if (await TryAsync(first, message, cancel) is not { } error)
            {
                return;
            }
            cancel.ThrowIfCancellationRequested();
            Doubt(error.Message);
        }
        var (over, besides) = (TryAsync(second, message, cancel), TryAsync(first, message, cancel));
        var untaken = await besides;
        if (untaken is not null)
        {
            Doubt(untaken.Message);
        }
        if (await over is { } failed && untaken is not null)
        {
            throw failed;
        }
    }

    /// <summary>Listens both ways, each as well as it goes: who counts notices what neither brought.</summary>
    public Task ListenAsync(Action<string> hear, CancellationToken cancel) => Task.WhenAll(ListenAsync(first, hear, cancel), ListenAsync(second, hear, cancel));

    private async Task ListenAsync(IProcessBus bus, Action<string> hear, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await bus.ListenAsync(hear, cancel);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                log.LogDebug(error, "Words of changes are not heard one of the two ways");
            }
            await Task.Delay(TryAgain, cancel);
        }
    }

    private static async Task<Exception?> TryAsync(IProcessBus bus, string message, CancellationToken cancel)
    {
        try
        {
            await bus.SendAsync(message, cancel);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private bool IsDoubtful()
    {
        var since = Volatile.Read(ref doubtedAt);
        if (IsWithin(since, DoubtedFor))
        {
            return true;
        }
        // Unless it was doubted anew between the two looks.
        if (since != long.MinValue && Interlocked.CompareExchange(ref doubtedAt, long.MinValue, since) == since)
        {
            IsDoubted.Set(0);
            log.LogInformation("Words of changes go over the memory server alone again");
        }
        return false;
    }

    private bool IsWithin(long since, TimeSpan span) => since != long.MinValue && time.GetElapsedTime(since) < span;
}
