namespace Tintype.Gateway;

/// <summary>
/// How long one try of a safe request may stay without an answer when there is another instance to ask. Ends the try by the request's own
/// cancellation; once the answer begins, it may take as long as it likes.
/// </summary>
internal sealed class Patience : IDisposable
{
    private readonly HttpContext context;
    private readonly CancellationToken client;
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource end;
    private bool isRunning = true;

    public Patience(HttpContext context, TimeSpan atMost, TimeProvider time)
    {
        this.context = context;
        client = context.RequestAborted;
        timer = new CancellationTokenSource(atMost, time);
        end = CancellationTokenSource.CreateLinkedTokenSource(client, timer.Token);
        context.RequestAborted = end.Token;
        context.Features.Set(this);
        context.Response.OnStarting(() =>
        {
            if (isRunning)
            {
                timer.CancelAfter(Timeout.InfiniteTimeSpan);
            }
            return Task.CompletedTask;
        });
    }

    /// <summary>Whether the time was over before the answer began, and the client still waits.</summary>
    public bool IsOver => timer.IsCancellationRequested && !context.Response.HasStarted && !client.IsCancellationRequested;

    public void Dispose()
    {
        isRunning = false;
        context.RequestAborted = client;
        end.Dispose();
        timer.Dispose();
    }
}
