using System.Security.Cryptography;

namespace Tintype.Storage.Model;

/// <summary>
/// Makes ids. Within a process they rise strictly per shard, also when the clock steps back. Two processes may draw on one shard
/// without talking to each other: each starts a millisecond at a random sequence, and the rare pair of equal ids meets the primary
/// key, upon which the writer draws again (<see cref="Shards.ShardRouter.InsertAsync"/>).
/// </summary>
public sealed class IdGenerator(TimeProvider time, int shards)
{
    // Half of the 1,024 sequence numbers are left above the highest random start, so a burst fits into its millisecond.
    private const int RandomStarts = 512;
    private readonly long[] last = new long[shards];

    /// <summary>An id for a row on <paramref name="shard"/>, later than all before it.</summary>
    public Id<TKind> Next<TKind>(int shard) => new(Next(shard));

    /// <summary>An id on the same shard as <paramref name="neighbour"/>: a post beside its author, a comment beside its post.</summary>
    public Id<TKind> NextBeside<TKind, TNeighbour>(Id<TNeighbour> neighbour) => Next<TKind>(neighbour.Shard);

    /// <summary>An id on a shard drawn at random, for what has no neighbour: an account, a client app.</summary>
    public Id<TKind> NextAnywhere<TKind>() => Next<TKind>(RandomNumberGenerator.GetInt32(shards));

    /// <summary>
    /// Goes on in the next millisecond, from a new random start: two processes that draw the same numbers would go on doing so for as
    /// long as the burst lasts.
    /// </summary>
    internal void Leap(int shard)
    {
        ref var slot = ref last[shard];
        var seen = Volatile.Read(ref slot);
        // Who is beaten to it by another thread has been moved on by that thread.
        Interlocked.CompareExchange(ref slot, IdLayout.Compose(IdLayout.TimeOf(seen).AddMilliseconds(1), shard, RandomNumberGenerator.GetInt32(RandomStarts)), seen);
    }

    private long Next(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, shards);
        ref var slot = ref last[shard];
        while (true)
        {
            var seen = Volatile.Read(ref slot);
            var now = time.GetUtcNow();
            var id = IdLayout.TimeOf(seen) < now && IdLayout.Floor(now) > seen
                ? IdLayout.Compose(now, shard, RandomNumberGenerator.GetInt32(RandomStarts))
                : After(seen, shard);
            if (Interlocked.CompareExchange(ref slot, id, seen) == seen)
            {
                return id;
            }
        }
    }

    /// <summary>The next in this millisecond, or the first of the next one when its sequence is used up.</summary>
    private static long After(long seen, int shard)
    {
        const int lastSequence = (1 << IdLayout.SequenceBits) - 1;
        return (seen & lastSequence) < lastSequence
            ? seen + 1
            : IdLayout.Compose(IdLayout.TimeOf(seen).AddMilliseconds(1), shard, 0);
    }
}
