using System.Text.Json.Serialization;

namespace Tintype.Cards;

// The entities of the Mastodon client API, as its documentation lists them. Every key is always sent: clients break on absent ones.

internal record AccountEntity
{
    public required AccountId Id { get; init; }
    public required string Username { get; init; }
    public required string Acct { get; init; }
    public required string DisplayName { get; init; }
    public required bool Locked { get; init; }
    public bool Bot { get; init; }
    public bool Group { get; init; }
    public bool Discoverable { get; init; }
    public bool Indexable { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>HTML.</summary>
    public required string Note { get; init; }
    public required string Url { get; init; }
    public required string Uri { get; init; }
    public required string Avatar { get; init; }
    public required string AvatarStatic { get; init; }
    public required string Header { get; init; }
    public required string HeaderStatic { get; init; }
    public long FollowersCount { get; init; }
    public long FollowingCount { get; init; }
    public long StatusesCount { get; init; }
    /// <summary>A date (yyyy-MM-dd) or null.</summary>
    public string? LastStatusAt { get; init; }
    public bool HideCollections { get; init; }
    public IReadOnlyList<object> Emojis { get; init; } = [];
    public IReadOnlyList<object> Roles { get; init; } = [];
    public required IReadOnlyList<FieldEntity> Fields { get; init; }
    /// <summary>The site of the profile, as people see it; an extra key.</summary>
    public required string Website { get; init; }
}

internal sealed record FieldEntity(string Name, string Value, DateTimeOffset? VerifiedAt);

internal sealed record StatusEntity
{
    public required PostId Id { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required PostId? InReplyToId { get; init; }
    public required AccountId? InReplyToAccountId { get; init; }
    public bool Sensitive { get; init; }
    public string SpoilerText { get; init; } = "";
    /// <summary>public, unlisted or private.</summary>
    public required string Visibility { get; init; }
    public string? Language { get; init; }
    public required string Uri { get; init; }
    public required string Url { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    /// <summary>HTML.</summary>
    public required string Content { get; init; }
    public object? Reblog { get; init; }
    public object? Application { get; init; }
    public required AccountEntity Account { get; init; }
    public required IReadOnlyList<MediaEntity> MediaAttachments { get; init; }
    public required IReadOnlyList<MentionEntity> Mentions { get; init; }
    public required IReadOnlyList<TagEntity> Tags { get; init; }
    public IReadOnlyList<object> Emojis { get; init; } = [];
    public object? Card { get; init; }
    public object? Poll { get; init; }
    public object? Quote { get; init; }
    /// <summary>An extra key: where the photos were taken, as their owner says.</summary>
    public PlaceEntity? Place { get; init; }
    /// <summary>An extra key: when the first photo was taken.</summary>
    public DateTimeOffset? TakenAt { get; init; }
    public long RepliesCount { get; init; }
    public long ReblogsCount { get; init; }
    public long FavouritesCount { get; init; }
    public long QuotesCount { get; init; }
    public bool Favourited { get; init; }
    public bool Reblogged { get; init; }
    public bool Muted { get; init; }
    public bool Bookmarked { get; init; }
    public bool Pinned { get; init; }
    public IReadOnlyList<object> Filtered { get; init; } = [];
    /// <summary>Plain caption; only in the answer to a deletion, so that clients can redraft.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }
}

internal sealed record PlaceEntity(string Id, string Name, string? Country, double? Latitude, double? Longitude);

internal sealed record MentionEntity(AccountId Id, string Username, string Url, string Acct);

internal sealed record TagEntity(string Name, string Url);

internal sealed record MediaEntity
{
    public required MediaId Id { get; init; }
    public string Type { get; init; } = "image";
    /// <summary>Null until renditions are there.</summary>
    public required string? Url { get; init; }
    public required string? PreviewUrl { get; init; }
    public string? RemoteUrl { get; init; }
    public string? PreviewRemoteUrl { get; init; }
    public string? TextUrl { get; init; }
    public required MediaMetaEntity? Meta { get; init; }
    public required string? Description { get; init; }
    public required string? Blurhash { get; init; }
}

internal sealed record MediaMetaEntity(SizeEntity Original, SizeEntity Small, FocusEntity Focus);

internal sealed record SizeEntity(int Width, int Height, string Size, double Aspect)
{
    public static SizeEntity Of(int width, int height) => new(width, height, $"{width}x{height}", height == 0 ? 1 : Math.Round((double)width / height, 4));
}

internal sealed record FocusEntity(double X, double Y);
