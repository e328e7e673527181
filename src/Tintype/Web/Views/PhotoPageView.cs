namespace Tintype.Web.Views;

/// <summary>A post on its own page, with its comments and what else its author shows.</summary>
/// <param name="Comments">Oldest first.</param>
/// <param name="ReplyTo">The comment that "Reply" was pressed on (?reply=id); null for a comment on the photo itself.</param>
/// <param name="Draft">The comment as typed, when it was refused; else empty.</param>
public sealed record PhotoPageView(
    PostView Post, FollowState AuthorState, Page<CommentView> Comments, CommentView? ReplyTo, string Draft, FormErrors Errors,
    IReadOnlyList<TileView> MoreOfAuthor);
