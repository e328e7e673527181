using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Feeds;
using Tintype.Storage.Model;

namespace Tintype.Feed;

/// <param name="Cards">Newest first.</param>
/// <param name="More">Whether there is anything beyond the last of them.</param>
internal sealed record FeedPage(Card[] Cards, bool More)
{
    public long Newest => Cards.Length > 0 ? Cards[0].Id.Value : 0;
    public long Oldest => Cards.Length > 0 ? Cards[^1].Id.Value : 0;

    /// <summary>What apps are told of the pages beside it, made once for as long as the page is remembered.</summary>
    public FeedLink? Link { get; set; }

    /// <summary>What apps were answered last.</summary>
    public StatusPage? Answer { get; set; }
}

/// <param name="Query">For which it was made: what else was asked for goes along in it.</param>
internal sealed record FeedLink(string? Query, string Header);

/// <summary>
/// Reads a person's feed: ids kept ahead of time, those of authors too big to push merged in, older ones pulled; then cards; then
/// <see cref="FeedRules"/>. A feed that is not there is built first, so it is never empty because it was cold.
/// </summary>
internal sealed class HomeFeed(IFeedStore feeds, FeedPull pull, RelationCache relations, CardStore cards)
{
    // Some of what is pulled will not belong; asking for a few more saves a second look.
    private const int Spare = 10;

    /// <summary>A page of what is kept for a reader, or pulled for them.</summary>
    /// <param name="belongs">One of <see cref="FeedRules"/>.</param>
    public async ValueTask<FeedPage> PageAsync(CurrentUser reader, Paging paging, Func<Card, Relations, bool> belongs, CancellationToken cancel = default) =>
        await PageAsync(await relations.GetAsync(reader), paging, belongs, cancel);

    /// <param name="who">Of the reader.</param>
    /// <inheritdoc cref="PageAsync(CurrentUser, Paging, Func{Card, Relations, bool}, CancellationToken)"/>
    public async ValueTask<FeedPage> PageAsync(Relations who, Paging paging, Func<Card, Relations, bool> belongs, CancellationToken cancel = default)
    {
        // Read before what they are about: what changes from here on is noticed.
        var (unpushed, profiles) = (feeds.Unpushed.Version, cards.Profiles);
        var head = who.Derived as FeedHead;
        var feed = head?.Feed;
        var isKept = feeds.TryGet(who.ViewerId, who.Fingerprint, ref feed, out var kept);
        if (isKept && head is not null && head.IsOf(paging, belongs, kept, unpushed) && cards.AreAsHeld(head.Seen))
        {
            head.Feed = feed;
            return head.Page;
        }
        if (!isKept)
        {
            kept = await BuildAsync(who);
            feeds.TryGet(who.ViewerId, who.Fingerprint, ref feed, out _);
        }
        var ids = feeds.Unpushed.MergeInto(kept, who.Follows);
        // One more than asked for tells whether there are more.
        var walk = new Walk(cards, who, belongs, paging.Limit + 1, cancel);
        if (paging.Upwards)
        {
            await UpAsync(walk, ids, paging);
        }
        else
        {
            await DownAsync(walk, ids, paging);
        }
        var more = walk.Found.Count > paging.Limit;
        if (more)
        {
            walk.Found.RemoveAt(paging.Limit);
        }
        if (paging.Upwards)
        {
            walk.Found.Reverse();
        }
        var page = new FeedPage([.. walk.Found], more);
        if (paging.IsTop && !walk.HasPulled && cards.Hold(walk.Seen, profiles) is { } seen
            && Belonging(seen, who, belongs).Take(paging.Limit).SequenceEqual(page.Cards, ReferenceEqualityComparer.Instance))
        {
            who.Derived = new FeedHead(paging, belongs, kept, unpushed, seen, page) { Feed = feed };
        }
        return page;
    }

    private static IEnumerable<Card?> Belonging(HeldCards seen, Relations who, Func<Card, Relations, bool> belongs) =>
        seen.Cards.Where(card => card is not null && belongs(card, who));

    /// <summary>How many posts of others are newer than <paramref name="since"/>, at most <paramref name="most"/>.</summary>
    public async Task<int> CountNewAsync(CurrentUser reader, PostId since, int most, CancellationToken cancel = default)
    {
        var page = await PageAsync(
            reader, new Paging(0, since.Value, 0, most, 0), (card, who) => card.Post.AccountId != reader.Id && FeedRules.BelongsInApps(card, who), cancel);
        return page.Cards.Length;
    }

    // The build is everybody's who waits for it: no single reader's leaving may cancel it.
    private Task<FeedIds> BuildAsync(Relations who) =>
        feeds.BuildAsync(who.ViewerId, who.Fingerprint, length =>
            pull.NewestAsync(FeedRules.Sources(who), long.MaxValue, 0, length, CancellationToken.None));

    private async Task DownAsync(Walk walk, FeedIds ids, Paging paging)
    {
        await DownAsync(walk, ids.Newest, paging);
        if (walk.Wanted > 0 && ids.Older is { } older)
        {
            await DownAsync(walk, older.ToArray(), paging);
        }
        var below = Math.Min(paging.Below, ids.Floor);
        while (walk.Wanted > 0 && below > paging.Above + 1)
        {
            var asked = walk.Wanted + Spare;
            walk.HasPulled = true;
            var pulled = await pull.NewestAsync(FeedRules.Sources(walk.Who), below, paging.Above, asked, walk.Cancel);
            await walk.TakeAsync([.. pulled]);
            below = pulled.Count < asked ? 0 : pulled[^1];
        }
    }

    private static async Task DownAsync(Walk walk, ArraySegment<long> rising, Paging paging)
    {
        var end = CountBelow(rising, paging.Below);
        var first = CountBelow(rising, paging.Above + 1);
        while (walk.Wanted > 0 && end > first)
        {
            var start = Math.Max(first, end - walk.Wanted);
            await walk.TakeAsync(Falling(rising[start..end]));
            end = start;
        }
    }

    private async Task UpAsync(Walk walk, FeedIds ids, Paging paging)
    {
        var above = paging.Above;
        var ceiling = Math.Min(paging.Below, ids.Floor);
        while (walk.Wanted > 0 && above + 1 < ceiling)
        {
            var asked = walk.Wanted + Spare;
            var pulled = await pull.OldestAsync(FeedRules.Sources(walk.Who), above, ceiling, asked, walk.Cancel);
            await walk.TakeAsync([.. pulled]);
            above = pulled.Count < asked ? ceiling : pulled[^1];
        }
        if (walk.Wanted > 0 && ids.Older is { } older && older.Last > paging.Above)
        {
            await UpAsync(walk, older.ToArray(), paging);
        }
        await UpAsync(walk, ids.Newest, paging);
    }

    private static async Task UpAsync(Walk walk, ArraySegment<long> rising, Paging paging)
    {
        var start = CountBelow(rising, paging.Above + 1);
        var last = CountBelow(rising, paging.Below);
        while (walk.Wanted > 0 && start < last)
        {
            var end = Math.Min(last, start + walk.Wanted);
            await walk.TakeAsync(rising[start..end].ToArray());
            start = end;
        }
    }

    private static long[] Falling(ArraySegment<long> rising)
    {
        var falling = rising.ToArray();
        Array.Reverse(falling);
        return falling;
    }

    private static int CountBelow(ArraySegment<long> rising, long bound) =>
        rising.AsSpan().BinarySearch(bound) is var at && at < 0 ? ~at : at;

    /// <summary>Collects the cards that belong, in the order their ids come.</summary>
    private sealed class Walk(CardStore cards, Relations who, Func<Card, Relations, bool> belongs, int wanted, CancellationToken cancel)
    {
        public Relations Who => who;
        public CancellationToken Cancel => cancel;
        public List<Card> Found { get; } = new(wanted);
        public int Wanted => wanted - Found.Count;

        /// <summary>All that was judged.</summary>
        public List<PostId> Seen { get; } = new(wanted);

        /// <summary>Whether it went below what is kept ahead of time.</summary>
        public bool HasPulled { get; set; }

        public async ValueTask TakeAsync(long[] ids)
        {
            var posts = Array.ConvertAll(ids, id => new PostId(id));
            Seen.AddRange(posts);
            foreach (var card in await cards.GetAsync(posts, cancel))
            {
                if (Wanted > 0 && belongs(card, who))
                {
                    Found.Add(card);
                }
            }
        }
    }
}
