using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>What viewers like and keep, cached: every page shows its hearts.</summary>
internal sealed class ViewerMarks
{
    // What people look at is what they liked lately. Whoever likes more sees older hearts by a query.
    private const int Most = 1000;

    // By length. Most people like nothing of what they see: that says the same each time.
    private static readonly byte[][] None = [.. Enumerable.Range(0, 64).Select(count => new byte[count])];

    private readonly ViewerFlagTable table;
    private readonly TimeProvider time;
    private readonly PromiseCache<AccountId, Marks> cache;
    private readonly Func<AccountId[], Task<Marks?[]>> load;

    public ViewerMarks(ViewerFlagTable table, ViewerFlagChanges changes, CacheLevels levels)
    {
        (this.table, time) = (table, levels.Time);
        load = LoadAsync;
        cache = new(CachePolicies.ViewerMarks, levels, isSame: static (old, loaded) => old.SaysTheSameAs(loaded));
        changes.Changed += cache.Forget;
    }

    /// <summary>For each post: 1 if the viewer likes it, plus 2 if they keep it. To be read only.</summary>
    public async ValueTask<byte[]> OfAsync(AccountId viewer, IReadOnlyList<Card> cards, CancellationToken cancel = default) =>
        await OfAsync((await cache.GetAsync(viewer, load))!, viewer, cards, cancel);

    /// <summary>The same, and by which marks it was said.</summary>
    public async ValueTask<(byte[] Marked, HeldMarks By)> HoldAsync(AccountId viewer, IReadOnlyList<Card> cards, CancellationToken cancel = default)
    {
        var marks = (await cache.GetAsync(viewer, load))!;
        var by = cache.Hold(viewer) is { } entry && entry.TryRead(time.GetTimestamp(), out var read) && ReferenceEquals(read, marks) ? new HeldMarks(entry, marks) : default;
        return (await OfAsync(marks, viewer, cards, cancel), by);
    }

    /// <summary>Whether a viewer's marks are the very same that were held.</summary>
    /// <param name="now">In ticks of the caches' clock.</param>
    public bool AreAsHeld(AccountId viewer, HeldMarks held, long now)
    {
        if (held.Entry is null || !held.Entry.TryRead(now, out var marks) || !ReferenceEquals(marks, held.Marks))
        {
            return false;
        }
        if (now % Held.LookedUpEvery == 0)
        {
            cache.NoteHeld(viewer, Held.LookedUpEvery);
        }
        return true;
    }

    private async ValueTask<byte[]> OfAsync(Marks marks, AccountId viewer, IReadOnlyList<Card> cards, CancellationToken cancel)
    {
        if (ReferenceEquals(marks, Marks.None) && cards.Count < None.Length)
        {
            return None[cards.Count];
        }
        var result = new byte[cards.Count];
        for (var i = 0; i < result.Length; i++)
        {
            if (cards[i].Id < marks.Floor)
            {
                return await LookUpAsync(viewer, cards, cancel);
            }
            result[i] = (byte)((Has(marks.Liked, cards[i].Id) ? 1 : 0) | (Has(marks.Bookmarked, cards[i].Id) ? 2 : 0));
        }
        return result;
    }

    private async Task<Marks?[]> LoadAsync(AccountId[] viewers) =>
        Array.ConvertAll(await table.NewestAsync(viewers, Most), newest => newest is ([], []) ? Marks.None : new Marks(
            newest.Liked, newest.Bookmarked, new(Math.Max(FloorOf(newest.Liked), FloorOf(newest.Bookmarked)))));

    private static long FloorOf(PostId[] rising) => rising.Length < Most ? 0 : rising[0].Value;

    private async Task<byte[]> LookUpAsync(AccountId viewer, IReadOnlyList<Card> cards, CancellationToken cancel)
    {
        var flags = await table.GetAsync(viewer, [.. cards.Select(card => card.Id)], cancel);
        return [.. cards.Select(card => (byte)((flags.Liked.Contains(card.Id) ? 1 : 0) | (flags.Bookmarked.Contains(card.Id) ? 2 : 0)))];
    }

    private static bool Has(PostId[] rising, PostId id) => Array.BinarySearch(rising, id) >= 0;

    /// <param name="Floor">Below it, there may be more.</param>
    internal sealed record Marks(PostId[] Liked, PostId[] Bookmarked, PostId Floor)
    {
        /// <summary>Of most people.</summary>
        public static readonly Marks None = new([], [], default);

        public bool SaysTheSameAs(Marks other) => Floor == other.Floor && Liked.SequenceEqual(other.Liked) && Bookmarked.SequenceEqual(other.Bookmarked);
    }
}

/// <summary>A viewer's marks as they were at some time, with their entry in the cache; nothing if they were gone from it again.</summary>
internal readonly record struct HeldMarks(Held<ViewerMarks.Marks>? Entry, ViewerMarks.Marks? Marks);
