namespace Tintype.Storage.Model;

/// <summary>That a person likes a post or comment, or no longer does.</summary>
public sealed record Like
{
    public AccountId AccountId { get; init; }
    public PostId PostId { get; init; }
    /// <summary>Rises with each change of this pair, and with time: a list ordered by it is ordered by when.</summary>
    public long Version { get; init; }
    public bool Liked { get; init; }
}
