namespace Tintype.Storage.Model;

/// <summary>Who may find a post. Followers-only is what every post of a private account is, whatever it says itself.</summary>
public enum Visibility { Public = 0, Unlisted = 1, Followers = 2 }

/// <summary>Processing: bytes and row are durable, renditions are still made; only its author sees it.</summary>
public enum PostState { Processing = 0, Live = 1, Failed = 2, Deleted = 3 }

/// <summary>Where a photo was taken, as its owner chose to say.</summary>
public sealed record Place(string Name, string? Country = null, double? Latitude = null, double? Longitude = null);

/// <summary>
/// A post of one to ten photos, or a comment (<see cref="RootId"/> set, text only). A post lives on the content shard of its
/// author; a comment on that of the post it belongs to, so a thread is read from one shard.
/// </summary>
public sealed record Post
{
    public PostId Id { get; init; }
    public AccountId AccountId { get; init; }
    /// <summary>The photo post a comment belongs to; null for a photo post.</summary>
    public PostId? RootId { get; init; }
    /// <summary>The post or comment it answers.</summary>
    public PostId? InReplyToId { get; init; }
    public AccountId? InReplyToAccountId { get; init; }
    /// <summary>Plain text, at most 2,200 characters.</summary>
    public string Caption { get; init; } = "";
    public Place? Place { get; init; }
    /// <summary>People tagged in the photos.</summary>
    public IReadOnlyList<AccountId> Tagged { get; init; } = [];
    /// <summary>People @mentioned in the caption who exist; resolved once, when written.</summary>
    public IReadOnlyList<Mention> Mentions { get; init; } = [];
    public Visibility Visibility { get; init; }
    public bool Sensitive { get; init; }
    public string SpoilerText { get; init; } = "";
    public string? Language { get; init; }
    public PostState State { get; init; }
    public long Likes { get; init; }
    public long Comments { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    /// <summary>The app it was posted with; null from the web.</summary>
    public AppId? AppId { get; init; }

    public bool IsComment => RootId is not null;
}

public sealed record Mention(AccountId Id, string Username);
