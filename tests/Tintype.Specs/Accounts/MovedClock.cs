namespace Tintype.Specs.Accounts;

/// <summary>The real clock, moved ahead by the spec.</summary>
internal sealed class MovedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
