using System.Text;
using System.Text.Json;
using BitFaster.Caching.Lru;
using Tintype.Storage.Cache.Redis;
using Tintype.Storage.Model;

namespace Tintype.Storage.Jobs;

/// <summary>
/// Lets whoever wrote a job wait a moment for it, so that what it promises is true when the answer arrives: who posts a photo and looks
/// at a follower's feed finds it there. Processes tell each other over the memory server; without one, only jobs that run here are waited for.
/// </summary>
/// <param name="runHere">Whether this process runs jobs.</param>
public sealed class FinishedJobs(bool runHere, RedisConnection? memory = null)
{
    private const string Channel = "finished";

    // Finished ones are kept for a while, so that a job which ends before anybody waits is not waited for.
    private readonly ConcurrentLru<string, TaskCompletionSource> jobs = new(4_096);
    private int listening;

    /// <summary>Returns when the job of this payload has run, or after <paramref name="atMost"/>: it goes on by itself.</summary>
    public Task WaitAsync<TPayload>(TPayload payload, TimeSpan atMost, CancellationToken cancel) where TPayload : IJobPayload
    {
        Listen();
        return runHere || memory is { IsUp: true }
            ? Task.WhenAny(Of(NameOf(TPayload.Kind, JsonSerializer.Serialize(payload))).Task, Task.Delay(atMost, cancel))
            : Task.CompletedTask;
    }

    /// <summary>Begins to hear what other processes finish. A process that never waits need not.</summary>
    public void Listen()
    {
        if (memory is not null && Interlocked.Exchange(ref listening, 1) == 0)
        {
            _ = memory.ListenAsync(Channel, name => Of(Encoding.UTF8.GetString(name.Span)).TrySetResult());
        }
    }

    internal void Finished(OutboxRow row)
    {
        var name = NameOf(row.Kind, row.Payload);
        Of(name).TrySetResult();
        // What people wait for is fan-out; the rest would only be noise to everybody.
        if (memory is not null && row.Lane == Lane.FanOut)
        {
            _ = TellAsync(memory, name);
        }
    }

    private static async Task TellAsync(RedisConnection memory, string name)
    {
        try
        {
            await memory.PublishAsync(Channel, Encoding.UTF8.GetBytes(name));
        }
        catch (MemoryServerException)
        {
            // Who waits has waited in vain, half a second.
        }
    }

    private static string NameOf(string kind, string payload) => $"{kind} {payload}";

    private TaskCompletionSource Of(string name) =>
        jobs.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
