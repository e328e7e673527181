namespace Tintype.Storage.Model;

/// <summary>Wakes the worker of this process when a lane has work, so that nothing waits for the next look at the table.</summary>
public sealed class JobSignal
{
    private readonly SemaphoreSlim[] lanes = [.. Enum.GetValues<Lane>().Select(_ => new SemaphoreSlim(0, 1))];

    /// <summary>This process has written work: other processes may want to hear of it.</summary>
    public event Action<Lane>? Raised;

    /// <summary>Work was written here.</summary>
    public void Raise(Lane lane)
    {
        Hear(lane);
        Raised?.Invoke(lane);
    }

    /// <summary>Work was written somewhere.</summary>
    public void Hear(Lane lane)
    {
        try
        {
            if (lanes[(int)lane].CurrentCount == 0)
            {
                lanes[(int)lane].Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Somebody raised it in the same instant: the worker wakes either way.
        }
    }

    /// <returns>True when raised, false when <paramref name="atMost"/> passed first.</returns>
    public Task<bool> WaitAsync(Lane lane, TimeSpan atMost, CancellationToken cancel) => lanes[(int)lane].WaitAsync(atMost, cancel);
}
