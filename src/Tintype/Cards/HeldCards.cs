using Tintype.Storage.Cache;
using Tintype.Storage.Model;

namespace Tintype.Cards;

/// <summary>
/// Cards that somebody has judged, with their entries in the cache: while the same cards stand there, nothing has happened to those posts, and the
/// verdict holds.
/// </summary>
/// <param name="profiles">Stamp of all profiles when these cards were read.</param>
internal sealed class HeldCards(IReadOnlyList<PostId> ids, long profiles)
{
    // Read in one sweep, so that the processor fetches many from memory at once: looked up one after the other they cost ten times as much.
    private readonly (Held<Card> Entry, Card? Card)[] held = new (Held<Card>, Card?)[ids.Count];
    private int count;
    private int turn;

    public IReadOnlyList<PostId> Ids => ids;

    public long Profiles => profiles;

    /// <summary>In the order of the ids; null for posts that do not exist.</summary>
    public IEnumerable<Card?> Cards => held.Select(one => one.Card);

    public void Add(Held<Card> entry, Card? card) => held[count++] = (entry, card);

    public bool AreUnchanged(long now)
    {
        var same = true;
        foreach (ref readonly var one in held.AsSpan())
        {
            same &= one.Entry.TryRead(now, out var card) & ReferenceEquals(card, one.Card);
        }
        return same;
    }

    /// <summary>Each of them in turn.</summary>
    public PostId NextId() => ids[(int)((uint)Interlocked.Increment(ref turn) % (uint)ids.Count)];
}
