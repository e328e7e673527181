using System.Buffers;

namespace Tintype.Storage.Feeds;

/// <summary>
/// Ids in rising order that take as many bytes as they are apart: about six for posts that come some minutes after each other. Never changes.
/// </summary>
/// <remarks>The distance from each id to the next as a LEB128 number: seven bits a byte, the lowest first, the eighth bit set while more follow.</remarks>
public sealed class PackedIds
{
    private const int MostBytes = 10;

    private readonly byte[] steps;

    private PackedIds(byte[] steps, int count, long first, long last) => (this.steps, Count, First, Last) = (steps, count, first, last);

    /// <summary>At least one.</summary>
    public int Count { get; }

    internal long First { get; }

    public long Last { get; }

    internal long Bytes => steps.Length;

    /// <returns>Null when there is nothing to pack.</returns>
    internal static PackedIds? Of(ReadOnlySpan<long> rising) => Append(null, rising);

    /// <param name="newer">Rising, all above those of <paramref name="ids"/>.</param>
    internal static PackedIds? Append(PackedIds? ids, ReadOnlySpan<long> newer)
    {
        if (newer.IsEmpty)
        {
            return ids;
        }
        var room = ArrayPool<byte>.Shared.Rent(MostBytes * newer.Length);
        var end = 0;
        var last = ids?.Last ?? newer[0];
        foreach (var id in ids is null ? newer[1..] : newer)
        {
            end += Write(room.AsSpan(end), (ulong)(id - last));
            last = id;
        }
        var packed = new PackedIds([.. ids?.steps ?? [], .. room.AsSpan(0, end)], (ids?.Count ?? 0) + newer.Length, ids?.First ?? newer[0], last);
        ArrayPool<byte>.Shared.Return(room);
        return packed;
    }

    /// <summary>Without its <paramref name="oldest"/> oldest ids.</summary>
    internal PackedIds? Without(int oldest)
    {
        if (oldest <= 0)
        {
            return this;
        }
        if (oldest >= Count)
        {
            return null;
        }
        var (from, id) = (0, First);
        for (var n = 0; n < oldest; n++)
        {
            id += (long)Read(ref from);
        }
        return new(steps[from..], Count - oldest, id, Last);
    }

    public long[] ToArray()
    {
        var rising = new long[Count];
        CopyTo(rising);
        return rising;
    }

    internal void CopyTo(Span<long> rising)
    {
        var (from, id) = (0, First);
        rising[0] = id;
        for (var n = 1; n < Count; n++)
        {
            id += (long)Read(ref from);
            rising[n] = id;
        }
    }

    private ulong Read(ref int from)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = steps[from++];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }
    }

    private static int Write(Span<byte> room, ulong number)
    {
        var length = 0;
        for (; number >= 0x80; number >>= 7)
        {
            room[length++] = (byte)(number | 0x80);
        }
        room[length++] = (byte)number;
        return length;
    }
}
