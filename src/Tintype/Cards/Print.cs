using System.Security.Cryptography;

namespace Tintype.Cards;

/// <summary>Fingerprints of composed pieces, 64 bits each, and of what is put together from them: the same pieces in the same order have the same.</summary>
internal static class Print
{
    public static ulong Of(ReadOnlySpan<byte> piece)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(piece, hash);
        return BitConverter.ToUInt64(hash);
    }

    // SplitMix64's finalizer (Steele, Lea, Flood 2014), chained.
    public static ulong And(ulong before, ulong piece)
    {
        var mixed = (before ^ piece) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
