namespace Tintype.Storage.Tables.Search;

/// <summary>A person as the directory knows them.</summary>
/// <param name="Words">Folded words of username and display name.</param>
public sealed record ListedPerson(AccountId AccountId, string Username, IReadOnlyList<string> Words, long Followers);

/// <summary>A public post as the directory knows it.</summary>
/// <param name="Words">Folded words of caption, place and descriptions.</param>
/// <param name="Score">See <see cref="DirectoryTable.ScoreAsync"/>.</param>
public sealed record ListedPost(PostId PostId, AccountId AccountId, IReadOnlyList<string> Words, IReadOnlyList<string> Tags, ListedPlace? Place, double Score);

/// <param name="Key">Names the place for good: "lofoten-norway".</param>
/// <param name="NameKey">The same without the country: "lofoten".</param>
public sealed record ListedPlace(string Key, string NameKey, string Name, string? Country);

/// <summary>Somebody a search came upon; how well they fit is for the caller to judge.</summary>
public sealed record PersonHit
{
    public AccountId AccountId { get; init; }
    public string Username { get; init; } = "";
    /// <summary>Folded, padded by blanks.</summary>
    public string Words { get; init; } = "";
    public long Followers { get; init; }
}

public sealed record PlaceHit
{
    public string PlaceKey { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Country { get; init; }
    public string Words { get; init; } = "";
    public long Posts { get; init; }
}

public sealed record TagHit
{
    public string Tag { get; init; } = "";
    public long Posts { get; init; }
}
