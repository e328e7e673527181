namespace Tintype.Storage.Model;

/// <summary>The bytes of a photo and its row are durable; renditions are to be made.</summary>
/// <param name="IsAvatar">Makes the square ones of a profile instead.</param>
public sealed record PhotoUploaded(MediaId MediaId, bool IsAvatar = false) : IJobPayload
{
    public static string Kind => "photo_uploaded";
    public static Lane Lane => Lane.Media;
}

/// <summary>A photo post became visible: all its media are live.</summary>
public sealed record PostPublished(PostId PostId, AccountId AuthorId) : IJobPayload
{
    public static string Kind => "post_published";
    public static Lane Lane => Lane.FanOut;
}

/// <summary>The fan-out of a post gave way to others after some thousand followers: those with ids below are still to come.</summary>
public sealed record FanOutPaused(PostId PostId, AccountId AuthorId, AccountId Below) : IJobPayload
{
    public static string Kind => "fan_out_paused";
    public static Lane Lane => Lane.FanOut;
}

/// <summary>A post went live, was edited, restored, or deleted: the directory follows.</summary>
public sealed record PostChanged(PostId PostId) : IJobPayload
{
    public static string Kind => "post_changed";
    public static Lane Lane => Lane.Rest;
}

/// <summary>The truth about a pair changed on the follower's shard: the followee's copy, feeds and activity follow.</summary>
public sealed record FollowChanged(AccountId FollowerId, AccountId FolloweeId) : IJobPayload
{
    public static string Kind => "follow_changed";
    public static Lane Lane => Lane.Rest;
}

/// <summary>A block was set or lifted on the blocker's shard: the other's copy follows.</summary>
public sealed record BlockChanged(AccountId AccountId, AccountId TargetId) : IJobPayload
{
    public static string Kind => "block_changed";
    public static Lane Lane => Lane.Rest;
}

/// <summary>A like was set or taken back on the liker's shard: the post's count and its author's activity follow.</summary>
public sealed record LikeChanged(AccountId AccountId, PostId PostId) : IJobPayload
{
    public static string Kind => "like_changed";
    public static Lane Lane => Lane.Rest;
}

/// <summary>Somebody should hear of something; done as often as told, once in their activity.</summary>
public sealed record NotificationDue(AccountId AccountId, NotificationKind NotificationKind, AccountId FromId, PostId? PostId) : IJobPayload
{
    public static string Kind => "notification_due";
    public static Lane Lane => Lane.Rest;
}

/// <summary>A profile was made, edited, hidden, deleted or restored: the directory follows.</summary>
public sealed record AccountChanged(AccountId AccountId) : IJobPayload
{
    public static string Kind => "account_changed";
    public static Lane Lane => Lane.Rest;
}

/// <summary>The 30 days of a deleted account are over, unless it was restored: purge it.</summary>
public sealed record AccountPurgeDue(AccountId AccountId) : IJobPayload
{
    public static string Kind => "account_purge_due";
    public static Lane Lane => Lane.Rest;
}

/// <summary>It is time to remove bytes and rows that nothing refers to any more.</summary>
/// <param name="Round">When it was due; the next round follows from it.</param>
public sealed record PhotoSweepDue(DateTimeOffset Round) : IJobPayload
{
    public static string Kind => "photo_sweep_due";
    public static Lane Lane => Lane.Rest;
}
