using System.Text.Json;
using Tintype.Storage.Model;

namespace Tintype.Storage.Jobs;

/// <summary>Does what one kind of payload asks. It may run twice, and two may run at once: the second must do no harm.</summary>
public interface IJob<in TPayload> where TPayload : IJobPayload
{
    Task RunAsync(TPayload payload, CancellationToken cancel);
}

/// <summary>Says to people what a job that was given up means for them: a photo that will not come by itself.</summary>
public interface IGivenUpJob<in TPayload> where TPayload : IJobPayload
{
    Task GivenUpAsync(TPayload payload, CancellationToken cancel);
}

/// <summary>Thrown by a job that no retry can help: it is buried at once, with this message as the reason.</summary>
public sealed class HopelessJobException(string message) : Exception(message);

/// <summary>Which jobs run on which payload; one payload may start several. Filled by Roles when the process starts.</summary>
/// <param name="finished">Is told of every job that all its handlers have done.</param>
public sealed class JobHandlers(FinishedJobs? finished = null)
{
    private readonly Dictionary<string, List<Func<IServiceProvider, string, CancellationToken, Task>>> byKind = [];
    private readonly Dictionary<string, Func<IServiceProvider, string, CancellationToken, Task>> givenUp = [];
    private readonly List<Func<IServiceProvider, CancellationToken, Task>> first = [];

    /// <summary>To be done whenever a process starts to run jobs, before the first of them.</summary>
    public void AtStart<TJob>(Func<TJob, CancellationToken, Task> begin) where TJob : class =>
        first.Add((services, cancel) => begin(Find<TJob>(services), cancel));

    public void On<TPayload, TJob>() where TPayload : IJobPayload where TJob : class, IJob<TPayload>
    {
        if (!byKind.TryGetValue(TPayload.Kind, out var handlers))
        {
            byKind[TPayload.Kind] = handlers = [];
        }
        handlers.Add((services, json, cancel) => Find<TJob>(services).RunAsync(Read<TPayload>(json), cancel));
    }

    /// <summary>Called when jobs of this payload are put aside for good, also when they never came to an end: they may have killed their worker.</summary>
    public void OnGivenUp<TPayload, TJob>() where TPayload : IJobPayload where TJob : class, IGivenUpJob<TPayload> =>
        givenUp[TPayload.Kind] = (services, json, cancel) => Find<TJob>(services).GivenUpAsync(Read<TPayload>(json), cancel);

    internal async Task BeginAsync(IServiceProvider services, CancellationToken cancel)
    {
        foreach (var begin in first)
        {
            await begin(services, cancel);
        }
    }

    public Task GivenUpAsync(IServiceProvider services, OutboxRow row, CancellationToken cancel) =>
        givenUp.TryGetValue(row.Kind, out var tell) ? tell(services, row.Payload, cancel) : Task.CompletedTask;

    /// <exception cref="HopelessJobException">Nobody handles this kind.</exception>
    public async Task RunAsync(IServiceProvider services, OutboxRow row, CancellationToken cancel)
    {
        if (!byKind.TryGetValue(row.Kind, out var handlers))
        {
            throw new HopelessJobException($"no job handles '{row.Kind}'");
        }
        foreach (var handler in handlers)
        {
            await handler(services, row.Payload, cancel);
        }
        finished?.Finished(row);
    }

    private static TPayload Read<TPayload>(string json) where TPayload : IJobPayload =>
        JsonSerializer.Deserialize<TPayload>(json) ?? throw new HopelessJobException($"{TPayload.Kind} without a payload");

    private static TJob Find<TJob>(IServiceProvider services) where TJob : class =>
        (TJob?)services.GetService(typeof(TJob)) ?? throw new InvalidOperationException($"{typeof(TJob).Name} is not registered");
}
