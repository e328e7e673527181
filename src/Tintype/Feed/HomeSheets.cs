using System.Collections.Concurrent;
using System.Globalization;
using Tintype.Cards;
using Tintype.Web.Fragments;
using Tintype.Web.Parts;
using Tintype.Web.Screens;
using Tintype.Web.Views;
using Card = Tintype.Cards.Card;

namespace Tintype.Feed;

/// <summary>
/// The home page put together from what its components wrote before: the page around the photos once for all readers, each card once,
/// each suggested person once. What is left for a request is to copy, and to fill in what is the reader's and the moment's.
/// </summary>
internal sealed class HomeSheets(CardPieces cards, RowPieces rows, ViewerMarks marks, People people, Explore explore, Composer composer)
{
    /// <summary>Shown as "99+" from here on, so one frame is enough for all of them.</summary>
    private const int ManyUnread = 100;

    private static readonly PostView NoPost = new(default, new(default, "", "", "", false), [], "", "", null, [], default, null, PhotoState.Live, 0, 0, false, false, false);
    private static readonly PersonRowView NoPerson = new(NoPost.Author, FollowState.None, false, null);

    private Frames frames = new([]);

    /// <summary>Whether a page is one of those that pieces are kept for; the rest is rare: a notice to show, an empty feed, an older page opened by itself.</summary>
    public static bool IsFor(PageContext page, FeedPage found) =>
        page is { Viewer: not null, Notice: null } && found.Cards.Length > 0 && (page.IsFragment || !HomePage.ShowsOlder(page));

    /// <param name="next">Address of the next page; null on the last.</param>
    public async Task<Sheet> OfAsync(PageContext page, FeedPage found, string? next, AccountId reader, CancellationToken cancel)
    {
        var side = page.IsFragment ? SideView.Empty : await explore.SideAsync(reader, cancel);
        var frame = await FrameAsync(new(Math.Min(page.Viewer!.Unread, ManyUnread), page.IsFragment, next is null, side.People.Count > 0), side.Tags);
        var preload = page.IsFragment ? null : await cards.PreloadAsync(found.Cards[0]);
        var shown = await CardsAsync(page, found.Cards, reader, cancel);
        var beside = await RowsAsync(side.People);

        var sheet = new Sheet().Fill(Hole.Csrf, page.Csrf ?? "").Fill(Hole.Path, page.Path).Fill(Hole.Newest, found.Newest.ToString(CultureInfo.InvariantCulture))
            .Fill(Hole.Next, next ?? "").Fill(Hole.Username, page.Viewer.Person.Username).Fill(Hole.Picture, page.Viewer.Person.AvatarUrl);
        sheet.Add(frame, (part, hole) =>
        {
            switch (hole)
            {
                case Hole.Preload:
                    part.Add(preload!);
                    break;
                case Hole.Cards:
                    for (var i = 0; i < shown.Length; i++)
                    {
                        part.Fill(Hole.Ago, Said.Ago(found.Cards[i].Post.CreatedAt, page.Now)).Add(shown[i]);
                    }
                    break;
                case Hole.People:
                    for (var i = 0; i < beside.Length; i++)
                    {
                        part.Fill(Hole.Why, side.People[i].Why is { Length: > 0 } why ? Said.Sentence(why) : "").Add(beside[i]);
                    }
                    break;
            }
        });
        return sheet;
    }

    private async ValueTask<Composition[]> CardsAsync(PageContext page, Card[] found, AccountId reader, CancellationToken cancel)
    {
        var flags = await marks.OfAsync(reader, found, cancel);
        var shown = new Composition[found.Length];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = await cards.OfAsync(found[i], flags[i], found[i].Post.AccountId == reader, first: i == 0 && !page.IsFragment);
        }
        return shown;
    }

    private async ValueTask<Composition[]> RowsAsync(IReadOnlyList<PersonRowView> side)
    {
        var persons = await people.GetAllAsync([.. side.Select(row => row.Person.Id)]);
        var beside = new Composition[persons.Length];
        for (var i = 0; i < beside.Length; i++)
        {
            beside[i] = await rows.OfAsync(persons[i]!, side[i]);
        }
        return beside;
    }

    private async ValueTask<Composition> FrameAsync(Frame frame, IReadOnlyList<TagView> tags)
    {
        var kept = frames;
        if (!kept.Tags.SequenceEqual(tags))
        {
            frames = kept = new Frames(tags);
        }
        return kept.Known.TryGetValue(frame, out var ready) ? ready
            : kept.Known[frame] = await composer.ComposeAsync<HomePage>(Composer.Page(frame.Unread, frame.IsFragment), new()
            {
                [nameof(HomePage.Page)] = Composer.Page(frame.Unread, frame.IsFragment),
                [nameof(HomePage.View)] = new HomeView(
                    new([NoPost], frame.IsLast ? null : Holes.Of(Hole.Next)), Holes.Newest, new(frame.HasPeople ? [NoPerson] : [], tags), []),
            });
    }

    /// <summary>What decides the shape of the page around the pieces.</summary>
    private readonly record struct Frame(int Unread, bool IsFragment, bool IsLast, bool HasPeople);

    /// <summary>Of one set of tags, which is the same for all readers: at most 800 of them, a few KB each.</summary>
    private sealed record Frames(IReadOnlyList<TagView> Tags)
    {
        public ConcurrentDictionary<Frame, Composition> Known { get; } = new();
    }
}
