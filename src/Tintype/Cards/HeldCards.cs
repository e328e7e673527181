using Tintype.Storage.Cache;

namespace Tintype.Cards;

/// <summary>
/// Cards that somebody has judged, with their entries in the cache: while the same cards stand there, nothing has happened to those posts, and the
/// verdict holds.
/// </summary>
/// <param name="count">How many there will be.</param>
/// <param name="profiles">Stamp of all profiles when these cards were read.</param>
internal sealed class HeldCards(int count, long profiles)
{
    // Read in one sweep, so that the processor fetches many from memory at once: looked up one after the other they cost ten times as much.
    private readonly (Held<Card> Entry, Card? Card)[] held = new (Held<Card>, Card?)[count];
    private int added;
    private int turn;

    public long Profiles => profiles;

    public int Count => held.Length;

    /// <summary>In the order in which they were added; null for posts that do not exist.</summary>
    public IEnumerable<Card?> Cards => held.Select(one => one.Card);

    public void Add(Held<Card> entry, Card? card) => held[added++] = (entry, card);

    public bool AreUnchanged(long now)
    {
        var same = true;
        foreach (ref readonly var one in held.AsSpan())
        {
            same &= one.Entry.TryRead(now, out var card) & ReferenceEquals(card, one.Card);
        }
        return same;
    }

    /// <summary>Each of them in turn; null for a post that does not exist.</summary>
    public Card? Next() => held.Length == 0 ? null : held[(int)((uint)Interlocked.Increment(ref turn) % (uint)held.Length)].Card;
}
