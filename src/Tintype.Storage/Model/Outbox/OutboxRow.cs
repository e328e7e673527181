using System.Text.Json;

namespace Tintype.Storage.Model;

/// <summary>Lanes are claimed and run apart, so that none starves another.</summary>
public enum Lane { Media = 0, FanOut = 1, Rest = 2 }

public enum OutboxState { Ready = 0, Dead = 1 }

/// <summary>What a job is told. Names are past tense; the JSON is a wire format: add members, never rename them.</summary>
public interface IJobPayload
{
    /// <summary>Stable name of the kind on the wire.</summary>
    static abstract string Kind { get; }
    static abstract Lane Lane { get; }
}

/// <summary>A payload on its way into an outbox, in the transaction of the rows it tells of.</summary>
/// <param name="Delay">Not to be run before this much time has passed.</param>
public sealed record OutboxMessage(string Kind, Lane Lane, string Payload, TimeSpan Delay)
{
    public static OutboxMessage Of<T>(T payload, TimeSpan delay = default) where T : IJobPayload =>
        new(T.Kind, T.Lane, JsonSerializer.Serialize(payload), delay);
}

/// <summary>An outbox row: a job that is waiting, leased, or dead with its reason.</summary>
public sealed record OutboxRow
{
    public JobId Id { get; init; }
    public string Kind { get; init; } = "";
    public Lane Lane { get; init; }
    public string Payload { get; init; } = "";
    public OutboxState State { get; init; }
    /// <summary>How often it was claimed.</summary>
    public int Attempts { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset RunAt { get; init; }
    public DateTimeOffset LeasedUntil { get; init; }
    public string? LastError { get; init; }
}
