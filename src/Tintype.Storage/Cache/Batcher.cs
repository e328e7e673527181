namespace Tintype.Storage.Cache;

/// <summary>Gathers what comes within a moment, so that it is done in one go.</summary>
/// <param name="moment">The longest that anything waits for company.</param>
/// <param name="most">So many are not waited beyond.</param>
internal sealed class Batcher<T>(TimeSpan moment, int most, TimeProvider time)
{
    private readonly Lock gate = new();
    private List<T> gathered = [];

    /// <param name="act">Is given these, and all that came before or after them within the moment; or not called, when somebody else's is.</param>
    public void Add(IReadOnlyCollection<T> items, Action<List<T>> act)
    {
        if (items.Count == 0)
        {
            return;
        }
        List<T> batch;
        bool isFirst, isFull;
        lock (gate)
        {
            batch = gathered;
            isFirst = batch.Count == 0;
            batch.AddRange(items);
            isFull = batch.Count >= most;
            gathered = isFull ? [] : batch;
        }
        if (isFull)
        {
            act(batch);
        }
        else if (isFirst)
        {
            _ = ActAfterAsync(batch, act);
        }
    }

    private async Task ActAfterAsync(List<T> batch, Action<List<T>> act)
    {
        await Task.Delay(moment, time);
        lock (gate)
        {
            if (!ReferenceEquals(gathered, batch))
            {
                return; // It was full before.
            }
            gathered = [];
        }
        act(batch);
    }
}
