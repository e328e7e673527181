using System.Diagnostics;

namespace Tintype.Commands.Load;

/// <summary>
/// Visitors who come when they come, however slow the answers are (an open model): arrivals are drawn ahead (Poisson), and latency counts
/// from the moment a deed was due.
/// </summary>
internal sealed class OpenLoad(Visit visit, IReadOnlyList<Visitor> visitors, LoadMix mix, LoadFigures figures)
{
    /// <summary>More than these on their way at once are not sent but counted as failed: the load has a bound of its own.</summary>
    public const int MostAtOnce = 5_000;

    private int underWay;

    /// <param name="rate">Deeds per second.</param>
    /// <param name="enough">Nobody comes any more; who is there gets answers.</param>
    public async Task RunAsync(double rate, TimeSpan time, CancellationToken cancel, CancellationToken enough = default)
    {
        var random = new Random(20_10);
        var end = Stopwatch.GetTimestamp() + Ticks(time.TotalSeconds);
        var due = Stopwatch.GetTimestamp();
        var running = new List<Task>();
        while ((due += Ticks(-Math.Log(1 - random.NextDouble()) / rate)) < end && !cancel.IsCancellationRequested && !enough.IsCancellationRequested)
        {
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.FromMilliseconds(1))
            {
                running.RemoveAll(task => task.IsCompleted);
                await Task.Delay(wait, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            running.Add(OneAsync(mix.Draw(random), visitors[random.Next(visitors.Count)], due, cancel));
        }
        await Task.WhenAll(running);
    }

    private async Task OneAsync(Deed deed, Visitor visitor, long due, CancellationToken cancel)
    {
        await Task.Yield();
        if (Interlocked.Increment(ref underWay) > MostAtOnce)
        {
            Interlocked.Decrement(ref underWay);
            figures.Failed(deed, due, "not sent: too many on their way");
            return;
        }
        try
        {
            await visit.DoAsync(deed, visitor, cancel);
            figures.Succeeded(deed, due);
        }
        catch (RefusedException refused)
        {
            figures.Failed(deed, due, refused.Message);
        }
        catch (HttpRequestException error)
        {
            figures.Failed(deed, due, error.HttpRequestError.ToString());
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            figures.Failed(deed, due, cancel.IsCancellationRequested ? "stopped" : error is IOException ? "broken off" : "timed out");
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
