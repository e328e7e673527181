using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tintype.Storage.Cache.Levels;

/// <summary>What values of a type look like on the shared level.</summary>
public sealed record CacheForm<T>(CacheForm<T>.Packing Pack, CacheForm<T>.Unpacking Unpack)
{
    public delegate void Packing(PackedWriter packed, T value);
    public delegate T Unpacking(ref PackedReader packed);
}

/// <summary>Writes members one after the other without names: numbers in as few bytes as they need (LEB128), texts as UTF-8 behind their length.</summary>
public sealed class PackedWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public void Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Unsigned(ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }
        span[length++] = (byte)value;
        buffer.Advance(length);
    }

    /// <summary>Small numbers of either sign in few bytes (zigzag).</summary>
    public void Number(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Real(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Unsigned(0);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)length + 1);
        Encoding.UTF8.GetBytes(value, buffer.GetSpan(Math.Max(1, length)));
        buffer.Advance(length);
    }

    public void Time(DateTimeOffset value) => Number(value.UtcTicks);

    public void Id<TKind>(Model.Id<TKind> id) => Unsigned((ulong)id.Value);

    /// <summary>Ids as differences: those that rise, or of one moment, take few bytes each.</summary>
    public void Ids<TKind>(IReadOnlyCollection<Model.Id<TKind>> ids)
    {
        Unsigned((ulong)ids.Count);
        var before = 0L;
        foreach (var id in ids)
        {
            Number(id.Value - before);
            before = id.Value;
        }
    }

    public void List<T>(IReadOnlyCollection<T> items, Action<PackedWriter, T> pack)
    {
        Unsigned((ulong)items.Count);
        foreach (var item in items)
        {
            pack(this, item);
        }
    }

    /// <summary>Whether there is one, then the value.</summary>
    public void Maybe<T>(T? value, Action<PackedWriter, T> pack) where T : struct
    {
        Bool(value is not null);
        if (value is { } there)
        {
            pack(this, there);
        }
    }
}

/// <summary>Reads what <see cref="PackedWriter"/> wrote, in the same order.</summary>
/// <exception cref="InvalidDataException">It ends too early, or a number makes no sense.</exception>
public ref struct PackedReader(ReadOnlySpan<byte> packed)
{
    private ReadOnlySpan<byte> rest = packed;

    public delegate T Item<out T>(ref PackedReader packed);

    public readonly bool IsAtEnd => rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public bool Bool() => Byte() != 0;

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var octet = Byte();
            value |= (ulong)(octet & 0x7f) << shift;
            if (octet < 0x80)
            {
                return value;
            }
        }
        throw new InvalidDataException("a number of more than 64 bits");
    }

    public long Number()
    {
        var zigzag = Unsigned();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    public double Real() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public string? Text() => Unsigned() is var length and > 0 ? Encoding.UTF8.GetString(Take(length - 1)) : null;

    public DateTimeOffset Time() => new(Number(), TimeSpan.Zero);

    public Model.Id<TKind> Id<TKind>() => new((long)Unsigned());

    public Model.Id<TKind>[] Ids<TKind>()
    {
        var ids = new Model.Id<TKind>[Count()];
        var before = 0L;
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = new(before += Number());
        }
        return ids;
    }

    public T[] List<T>(Item<T> item)
    {
        var items = new T[Count()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = item(ref this);
        }
        return items;
    }

    public T? Maybe<T>(Item<T> item) where T : struct => Bool() ? item(ref this) : null;

    // Each item takes a byte at least: a length beyond what is left is no length.
    private int Count() => Unsigned() is var count && count <= (ulong)rest.Length ? (int)count : throw new InvalidDataException("a list longer than its bytes");

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)rest.Length)
        {
            throw new InvalidDataException("the bytes end too early");
        }
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}
