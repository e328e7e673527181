using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>How writing a comment ended.</summary>
internal abstract record Commented
{
    internal sealed record Written(PostId Id, Card Root) : Commented;

    /// <summary>There is no such post for this person.</summary>
    internal sealed record NotThere : Commented;

    /// <param name="Reason">For the person who wrote it.</param>
    internal sealed record Refused(string Reason) : Commented;
}

/// <summary>
/// The one owner of who may comment on what, and take it away again: apps (a status in reply to another) and pages (a form) come
/// here alike. What answers a reply is attached to the comment above it, so there is one level.
/// </summary>
internal sealed class Comments(CommentTable table, CardStore cards, VisibleCards visible, People people, Activity activity)
{
    /// <summary>Characters; as many as a caption.</summary>
    public const int MaxLength = 2200;

    /// <param name="draft">Author, text (Caption), the post or comment answered (InReplyToId), language and app; the rest is found here.</param>
    /// <param name="key">The client's Idempotency-Key; null without.</param>
    public async Task<Commented> AddAsync(Post draft, string? key, CancellationToken cancel = default)
    {
        var text = draft.Caption.Trim();
        if (text.Length is 0 or > MaxLength)
        {
            return new Commented.Refused(text.Length == 0 ? "A comment needs a few words." : $"A comment has at most {MaxLength:N0} characters; this one has {text.Length:N0}.");
        }
        if (draft.InReplyToId is not { } answered || await visible.FindAsync(answered, draft.AccountId, cancel) is not { } card || (card.Root ?? card).Post.State != PostState.Live)
        {
            return new Commented.NotThere();
        }
        var root = card.Root ?? card;
        var added = await table.AddAsync(draft with
        {
            RootId = root.Id,
            InReplyToId = card.Post.InReplyToId is { } parent && parent != root.Id ? parent : card.Id,
            InReplyToAccountId = card.Post.AccountId,
            Caption = text,
            Mentions = await people.NamedInAsync(text, cancel),
            Visibility = root.Post.Visibility,
        }, key, cancel);
        if (added is null)
        {
            return new Commented.NotThere();
        }
        Forget(added.Comment);
        foreach (var due in added.Told)
        {
            await activity.TellAsync(due, cancel);
        }
        return new Commented.Written(added.Comment.Id, root);
    }

    /// <summary>Takes a comment away, with the replies to it: its author may, and the author of the post it stands under.</summary>
    /// <returns>The comment as it was; null when there is none that this person may delete.</returns>
    public async Task<Card?> DeleteAsync(PostId id, AccountId by, CancellationToken cancel = default)
    {
        if (await visible.FindAsync(id, by, cancel) is not { Root: { } root } comment || !MayDelete(comment, by))
        {
            return null;
        }
        var gone = await table.DeleteAsync(comment.Post, cancel);
        foreach (var each in gone)
        {
            cards.Forget(each);
        }
        Forget(comment.Post);
        return comment;
    }

    public static bool MayDelete(Card comment, AccountId? by) => comment.Post.AccountId == by || comment.Root?.Post.AccountId == by;

    /// <summary>Its own card, and those whose counts it changed.</summary>
    private void Forget(Post comment)
    {
        cards.Forget(comment.Id);
        cards.Forget(comment.RootId!.Value);
        cards.Forget(comment.InReplyToId!.Value);
    }
}
