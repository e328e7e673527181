namespace Tintype.Web.Views;

public enum ActivityKind { Like, Comment, Reply, Mention, Follow, FollowRequest, RequestAccepted, Tag }

/// <summary>What happened to me: likes, comments, mentions, followers. Newest first; the page groups it by day itself.</summary>
public sealed record ActivityView(Page<ActivityItemView> Items, int Requests, SideView Side);

/// <param name="Others">How many more did the same to the same photo: "anna and 3 others".</param>
/// <param name="Photo">The photo it is about, and where it stands; null for follows.</param>
/// <param name="Excerpt">First words of the comment, plain text.</param>
/// <param name="ActorState">For the follow-back button on Follow items.</param>
public sealed record ActivityItemView(
    NotificationId Id, ActivityKind Kind, PersonView Actor, int Others, DateTimeOffset At, bool Unread, PhotoView? Photo,
    string? PostUrl, string? Excerpt, FollowState ActorState);
