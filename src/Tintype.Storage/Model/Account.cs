namespace Tintype.Storage.Model;

/// <summary>What an account may do and whether others see it.</summary>
public enum AccountState { Active = 0, Suspended = 1, Deleted = 2 }

public enum AccountRole { Person = 0, Moderator = 1, Owner = 2 }

/// <summary>A label and a value on a profile, as the client API has them.</summary>
public sealed record ProfileField(string Name, string Value);

/// <summary>A person: a row of cluster accounts, on the shard of their id. Never leaves the server whole: it has secrets.</summary>
public sealed record Account
{
    public AccountId Id { get; init; }
    /// <summary>As the person wrote it; unique without regard to case. 1 to 30 of a-z, 0-9, _ and inner dots.</summary>
    public string Username { get; init; } = "";
    public string Email { get; init; } = "";
    /// <summary>Argon2id in PHC string form; empty when the account cannot log in by password.</summary>
    public string PasswordHash { get; init; } = "";
    public string DisplayName { get; init; } = "";
    /// <summary>Plain text, at most 500 characters.</summary>
    public string Bio { get; init; } = "";
    public string Website { get; init; } = "";
    /// <summary>Media whose square renditions are the avatar; null: a drawn initial.</summary>
    public MediaId? AvatarId { get; init; }
    /// <summary>Unguessable part of the avatar's address, copied from the media row.</summary>
    public string? AvatarSecret { get; init; }
    /// <summary>Only approved followers see the photos of a private account.</summary>
    public bool IsPrivate { get; init; }
    /// <summary>Whether search and discover may show this person.</summary>
    public bool IsDiscoverable { get; init; } = true;
    public int? BirthYear { get; init; }
    public string Language { get; init; } = "en";
    public IReadOnlyList<ProfileField> Fields { get; init; } = [];
    public AccountRole Role { get; init; }
    public AccountState State { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When its owner deleted it; restorable for 30 days, then purged.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}
