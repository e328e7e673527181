namespace Tintype.Storage.Model;

/// <summary>None is kept as a tombstone, so that a late copy of an older state cannot come back.</summary>
public enum FollowState { None = 0, Requested = 1, Active = 2 }

/// <summary>
/// That one person follows another. The follower's shard holds the truth; the followee's a copy, made by the outbox and ordered
/// by <see cref="Version"/>.
/// </summary>
public sealed record Follow
{
    public AccountId FollowerId { get; init; }
    public AccountId FolloweeId { get; init; }
    public FollowState State { get; init; }
    /// <summary>Rises with each change of this pair.</summary>
    public long Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

public enum NotificationKind { Follow = 0, FollowRequest = 1, Like = 2, Comment = 3, Mention = 4, Tag = 5 }

/// <summary>A line of a person's activity, on their social shard.</summary>
public sealed record Notification
{
    public NotificationId Id { get; init; }
    public AccountId AccountId { get; init; }
    public NotificationKind Kind { get; init; }
    public AccountId FromId { get; init; }
    /// <summary>The post or comment it is about; null for follows.</summary>
    public PostId? PostId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// All that decides whether one person may meet another's photos, seen from the viewer: read from the viewer's social shard alone.
/// Arrays are sorted by id.
/// </summary>
public sealed record Relations
{
    private ulong fingerprint;

    /// <summary>What somebody made of these relations and may use again, for as long as they are the person's: it goes with them.</summary>
    [field: Derived]
    public object? Derived { get; set; }

    public required AccountId ViewerId { get; init; }
    public required AccountId[] Following { get; init; }
    public required AccountId[] Requested { get; init; }
    public required AccountId[] Blocking { get; init; }
    public required AccountId[] BlockedBy { get; init; }
    public required AccountId[] Muting { get; init; }

    public bool Follows(AccountId id) => Array.BinarySearch(Following, id) >= 0;
    public bool HasRequested(AccountId id) => Array.BinarySearch(Requested, id) >= 0;
    public bool Blocks(AccountId id) => Array.BinarySearch(Blocking, id) >= 0;
    public bool IsBlockedBy(AccountId id) => Array.BinarySearch(BlockedBy, id) >= 0;
    public bool Mutes(AccountId id) => Array.BinarySearch(Muting, id) >= 0;
    public bool BlockedEitherWay(AccountId id) => Blocks(id) || IsBlockedBy(id);

    /// <summary>A number that differs, but for one chance in 2^64, when anything here does; the same in every process.</summary>
    public ulong Fingerprint
    {
        get
        {
            if (fingerprint == 0)
            {
                var hash = 14695981039346656037UL;
                foreach (var list in new[] { Following, Requested, Blocking, BlockedBy, Muting })
                {
                    hash = Mix(hash, (ulong)list.Length);
                    foreach (var id in list)
                    {
                        hash = Mix(hash, (ulong)id.Value);
                    }
                }
                fingerprint = hash | 1;
            }
            return fingerprint;

            // SplitMix64's finalizer (Steele, Lea, Flood 2014), chained.
            static ulong Mix(ulong hash, ulong value)
            {
                hash = (hash ^ value) * 0xBF58476D1CE4E5B9UL;
                hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
                return hash ^ (hash >> 31);
            }
        }
    }

    public static Relations Nobody(AccountId viewer) =>
        new() { ViewerId = viewer, Following = [], Requested = [], Blocking = [], BlockedBy = [], Muting = [] };
}

/// <summary>How many follow a person, whom they follow, and how many ask to.</summary>
public sealed record SocialCounts
{
    public AccountId AccountId { get; init; }
    public long Followers { get; init; }
    public long Following { get; init; }
    public long Requests { get; init; }
}
