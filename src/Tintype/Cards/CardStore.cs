using Tintype.Storage.Cache;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>A post with its photos and the people its text shows: everything of it that does not depend on who looks.</summary>
internal sealed record Card(Post Post, IReadOnlyList<Photo> Photos, Person Author)
{
    /// <summary>The stamp of a card fresh from its rows: its author is still to be looked up.</summary>
    public const long NoAuthor = -1;

    private CardJson? json;

    public PostId Id { get; } = Post.Id;

    /// <summary>Address of its page; a comment's is a place on the page of its post.</summary>
    public string Path => Root is { } root ? $"{root.Path}?comment={Id}#c{Id}" : $"/@{Author.Username}/{Id}";

    /// <summary>Of a comment: the photo post it belongs to, which decides who may see it. Null for a photo post.</summary>
    public Card? Root { get; init; }

    /// <summary>Of the profile, as it was when its author was looked up.</summary>
    public long AuthorStamp { get; init; }

    /// <summary>The card in the client API's words, composed once and kept with it; what was composed for another author is not.</summary>
    public CardJson? Json
    {
        get => json is { } kept && ReferenceEquals(kept.Author, Author) ? kept : null;
        set => json = value;
    }

    /// <summary>The card on pages, composed once and kept with it; holds only for the author it was composed for.</summary>
    public CardMarkup? Markup { get; set; }

    /// <summary>Whether both were made of the same rows: the author apart, who has rows of their own.</summary>
    public bool HasRowsOf(Card other) =>
        Post == other.Post with { Tagged = Post.Tagged, Mentions = Post.Mentions }
        && Post.Tagged.SequenceEqual(other.Post.Tagged) && Post.Mentions.SequenceEqual(other.Post.Mentions) && Photos.SequenceEqual(other.Photos);

    /// <summary>What the rows of a post say: <see cref="CardStore"/> puts the author in before anybody sees it.</summary>
    public static Card WithoutAuthor(Post post, IReadOnlyList<Photo> photos) => new(post, photos, null!) { AuthorStamp = NoAuthor };
}

/// <summary>Cards by post id, cached; their rows are shared with other processes.</summary>
internal sealed class CardStore
{
    private readonly PostTable posts;
    private readonly MediaTable media;
    private readonly People people;
    private readonly TimeProvider time;
    private readonly PromiseCache<PostId, Card> cards;

    public CardStore(PostTable posts, MediaTable media, People people, CacheLevels levels)
    {
        (this.posts, this.media, this.people, time) = (posts, media, people, levels.Time);
        cards = new(CachePolicies.Cards, levels, CacheForms.Card, (old, loaded) => old.HasRowsOf(loaded) && people.AreKnownAs(old.Author));
    }

    /// <summary>Cards of these posts in the order asked for; those that do not exist are left out, whatever state they are in else.</summary>
    public async ValueTask<IReadOnlyList<Card>> GetAsync(IReadOnlyList<PostId> ids, CancellationToken cancel = default)
    {
        var found = await cards.GetAsync(ids as PostId[] ?? [.. ids], LoadAsync);
        if (Array.Exists(found, static card => card is { AuthorStamp: Card.NoAuthor }))
        {
            // Looked up together, so that each finds its own at once.
            await people.GetAsync(found.OfType<Card>().Where(card => card.AuthorStamp == Card.NoAuthor).Select(card => card.Post.AccountId), cancel);
        }
        var here = new List<Card>(found.Length);
        foreach (var card in found)
        {
            if (card is not null && await FreshAsync(card, cancel) is { } fresh)
            {
                here.Add(fresh);
            }
        }
        return here;
    }

    /// <summary>Of all profiles: to be read before the cards are.</summary>
    public long Profiles => people.Changes.OfAll;

    /// <summary>The entries of these posts, to be read again without looking them up; null when one of them is not as it should be.</summary>
    /// <param name="profiles">As they were before these posts were read.</param>
    public HeldCards? Hold(IReadOnlyList<PostId> ids, long profiles)
    {
        var held = new HeldCards(ids.Count, profiles);
        var now = time.GetTimestamp();
        for (var i = 0; i < ids.Count; i++)
        {
            if (cards.Hold(ids[i]) is not { } entry || !entry.TryRead(now, out var card)
                || card is not null && (card.Post.IsComment || card.AuthorStamp != people.Changes.Of(card.Post.AccountId)))
            {
                return null;
            }
            held.Add(entry, card);
        }
        return held;
    }

    /// <summary>Whether these are still the cards that were held, and their authors as they were.</summary>
    public bool AreAsHeld(HeldCards held)
    {
        if (held.Profiles != Profiles || !held.AreUnchanged(time.GetTimestamp()))
        {
            return false;
        }
        if (held.Next() is { } card)
        {
            cards.NoteHeld(card.Id, held.Count);
        }
        return true;
    }

    public async Task<Card?> FindAsync(PostId id, CancellationToken cancel = default) => (await GetAsync([id], cancel)) is [var card, ..] ? card : null;

    /// <summary>To be called after a post, its photos or its counts were written, by whoever wrote them.</summary>
    public void Forget(PostId id) => cards.Forget(id);

    private ValueTask<Card?> FreshAsync(Card card, CancellationToken cancel) =>
        card.AuthorStamp == people.Changes.Of(card.Post.AccountId) && !card.Post.IsComment ? new(card) : RenewAsync(card, cancel);

    // A profile has changed since the card was made; or it is a comment: who may see it depends on how its post is now.
    private async ValueTask<Card?> RenewAsync(Card card, CancellationToken cancel)
    {
        var stamp = people.Changes.Of(card.Post.AccountId);
        if (card.AuthorStamp != stamp)
        {
            if (await people.FindAsync(card.Post.AccountId, cancel) is not { } author)
            {
                return null;
            }
            var renewed = card with { Author = author, AuthorStamp = stamp };
            cards.Replace(card.Id, card, renewed);
            card = renewed;
        }
        return card.Post.RootId is { } root ? card with { Root = await FindAsync(root, cancel) } : card;
    }

    private async Task<Card?[]> LoadAsync(PostId[] ids)
    {
        var rows = (await posts.GetAsync(ids, Freshness.Any)).ToDictionary(post => post.Id);
        var photos = (await media.OfPostsAsync([.. rows.Values.Where(post => !post.IsComment).Select(post => post.Id)], Freshness.Any)).ToLookup(photo => photo.PostId!.Value);
        return [.. ids.Select(id => rows.TryGetValue(id, out var post) ? Card.WithoutAuthor(post, [.. photos[id]]) : null)];
    }
}
