using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Web.Views;

namespace Tintype.Interactions;

/// <summary>Turns rows of activity into what apps and pages show; what is about something gone is left out.</summary>
internal sealed class ActivityLines(Statuses statuses, VisibleCards visible, PostViews views, People people)
{
    private const int ExcerptLength = 120;

    /// <summary>The client API's word for a kind.</summary>
    public static string TypeOf(NotificationKind kind) => kind switch
    {
        NotificationKind.Follow => "follow",
        NotificationKind.FollowRequest => "follow_request",
        NotificationKind.Like => "favourite",
        _ => "mention",
    };

    public async Task<IReadOnlyList<NotificationEntity>> EntitiesAsync(IReadOnlyList<Notification> rows, AccountId viewer, CancellationToken cancel)
    {
        var posts = (await statuses.GetAsync(PostsOf(rows), viewer, cancel)).ToDictionary(status => status.Id);
        var from = (await statuses.AccountsAsync([.. rows.Select(row => row.FromId).Distinct()], cancel)).ToDictionary(account => account.Id);
        return [.. rows.Where(row => from.ContainsKey(row.FromId) && (row.PostId is not { } post || posts.ContainsKey(post)))
            .Select(row => new NotificationEntity(
                row.Id, TypeOf(row.Kind), row.CreatedAt, $"ungrouped-{row.Id}", from[row.FromId], row.PostId is { } post ? posts[post] : null))];
    }

    /// <summary>Lines for the page: likes of one photo are gathered into one line where the first of them stands.</summary>
    /// <param name="readUpTo">The marker: what came later is unread.</param>
    public async Task<IReadOnlyList<ActivityItemView>> ViewsAsync(IReadOnlyList<Notification> rows, long readUpTo, AccountId viewer, CancellationToken cancel)
    {
        var cards = (await visible.GetAsync(PostsOf(rows), viewer, cancel)).ToDictionary(card => card.Id);
        var from = await people.GetAsync(rows.Select(row => row.FromId), cancel);
        var seen = await visible.RelationsOfAsync(viewer, cancel);
        var shown = rows.Where(row => from.TryGetValue(row.FromId, out var person) && person.IsVisible && (row.PostId is not { } post || cards.ContainsKey(post)));
        return [.. shown.GroupBy(row => row.Kind == NotificationKind.Like ? row.PostId!.Value.Value : -row.Id.Value).Select(group =>
        {
            var row = group.First();
            var card = row.PostId is { } post ? cards[post] : null;
            var photo = card?.Root ?? card;
            return new ActivityItemView(
                row.Id, KindOf(row, card), from[row.FromId].View, group.Select(other => other.FromId).Distinct().Count() - 1, row.CreatedAt,
                row.Id.Value > readUpTo, photo is { Photos: [var first, ..] } ? views.Of(first, photo.Author) : null,
                card?.Path, card is { Post.IsComment: true } ? Excerpt(card.Post.Caption) : null, seen.Toward(row.FromId));
        })];
    }

    private static ActivityKind KindOf(Notification row, Card? card) => row.Kind switch
    {
        NotificationKind.Follow => ActivityKind.Follow,
        NotificationKind.FollowRequest => ActivityKind.FollowRequest,
        NotificationKind.Like => ActivityKind.Like,
        NotificationKind.Mention => ActivityKind.Mention,
        NotificationKind.Tag => ActivityKind.Tag,
        _ => card?.Root?.Post.AccountId == row.AccountId ? ActivityKind.Comment : ActivityKind.Reply,
    };

    private static PostId[] PostsOf(IReadOnlyList<Notification> rows) => [.. rows.Select(row => row.PostId).OfType<PostId>().Distinct()];

    private static string Excerpt(string text) =>
        text.Length <= ExcerptLength ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[ExcerptLength - 1]) ? ExcerptLength - 1 : ExcerptLength).TrimEnd(), "…");
}
