namespace Tintype.Demo;

/// <summary>A clock that shows whatever moment it is set to: what is written by it carries that moment in its id.</summary>
internal sealed class PastClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow() => Now;
}
