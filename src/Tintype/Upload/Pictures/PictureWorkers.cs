namespace Tintype.Upload.Pictures;

/// <summary>
/// Lets a bounded number of pictures be decoded at once and gives up on one that takes too long. A decoder that cannot be stopped
/// keeps its place until it ends, so the memory in use stays bounded.
/// </summary>
/// <param name="workers">Pictures at once; each may hold up to 400 MB for a moment, 110 MB for a usual photo.</param>
/// <param name="patience">For one picture, waiting for its turn not counted.</param>
internal sealed class PictureWorkers(int workers, TimeSpan patience, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim places = new(workers);

    /// <exception cref="TimeoutException">The work took longer than there is patience for.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        var patienceEnds = new CancellationTokenSource(patience, time);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(patienceEnds.Token, cancel);
        var token = stop.Token; // Work that is quick has put both away before it is waited for.
        var running = Task.Run(() => work(token), CancellationToken.None);
        _ = running.ContinueWith(
            _ =>
            {
                places.Release();
                stop.Dispose();
                patienceEnds.Dispose();
            },
            TaskScheduler.Default);
        try
        {
            return await running.WaitAsync(token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"A picture took longer than {patience}.");
        }
    }

    public void Dispose() => places.Dispose();
}
