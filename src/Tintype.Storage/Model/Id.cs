using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tintype.Storage.Model;

/// <summary>
/// The 64-bit id of a <typeparamref name="TKind"/>: 41 bits of milliseconds since <see cref="IdLayout.Epoch"/>, 13 of logical
/// shard, 10 of sequence. Sorts by time and says by itself where its row lives. Written as a decimal string on the wire.
/// </summary>
/// <remarks>Source of the layout: Instagram Engineering, "Sharding and IDs at Instagram" (2012).</remarks>
[JsonConverter(typeof(IdJsonConverterFactory))]
public readonly record struct Id<TKind>(long Value) : IComparable<Id<TKind>>, IParsable<Id<TKind>>
{
    /// <summary>The logical shard, 0 to 8191, where the row lives.</summary>
    public int Shard => IdLayout.ShardOf(Value);

    /// <summary>When the id was made, to the millisecond (UTC).</summary>
    public DateTimeOffset Time => IdLayout.TimeOf(Value);

    public int CompareTo(Id<TKind> other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">The text is not a positive decimal number below 2^63.</exception>
    public static Id<TKind> Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an id.");

    /// <summary>Takes decimal digits only: no sign, no blanks.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Id<TKind> result)
    {
        var ok = long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0;
        result = new(ok ? value : 0);
        return ok;
    }

    public static bool operator <(Id<TKind> a, Id<TKind> b) => a.Value < b.Value;
    public static bool operator >(Id<TKind> a, Id<TKind> b) => a.Value > b.Value;
    public static bool operator <=(Id<TKind> a, Id<TKind> b) => a.Value <= b.Value;
    public static bool operator >=(Id<TKind> a, Id<TKind> b) => a.Value >= b.Value;
}

/// <summary>Where the bits of an id stand. Changing anything here orphans every row ever written.</summary>
public static class IdLayout
{
    public const int SequenceBits = 10;
    public const int ShardBits = 13;
    public const int MaxShards = 1 << ShardBits;

    /// <summary>Ids count milliseconds from here; they stay below 2^63, as clients require, until 2059.</summary>
    public static readonly DateTimeOffset Epoch = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static long Compose(DateTimeOffset time, int shard, int sequence) =>
        ((long)(time - Epoch).TotalMilliseconds << (ShardBits + SequenceBits)) | ((long)shard << SequenceBits) | (long)sequence;

    public static int ShardOf(long id) => (int)(id >> SequenceBits) & (MaxShards - 1);

    public static DateTimeOffset TimeOf(long id) => Epoch.AddMilliseconds(id >> (ShardBits + SequenceBits));

    /// <summary>The least id of that moment: all ids made at or after it are equal or greater.</summary>
    public static long Floor(DateTimeOffset time) => time <= Epoch ? 0 : Compose(time, 0, 0);
}

internal sealed class IdJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Id<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(IdJsonConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

internal sealed class IdJsonConverter<TKind> : JsonConverter<Id<TKind>>
{
    public override Id<TKind> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? new(reader.GetInt64())
        : Id<TKind>.TryParse(reader.GetString(), null, out var id) ? id
        : throw new JsonException("not an id");

    public override void Write(Utf8JsonWriter writer, Id<TKind> value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

public static class IdLists
{
    /// <summary>The bare numbers, as SQL parameters behind IN take them.</summary>
    public static long[] Values<TKind>(this IEnumerable<Id<TKind>> ids) => [.. ids.Select(id => id.Value)];
}
