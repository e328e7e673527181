using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tintype.Storage.Dialects;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Moving;

/// <summary>
/// How many rows a table has and what is in them, the same on every engine and however they are spread over shards: the sum, modulo
/// 2^128, of the first half of each row's SHA-256 over its columns by name.
/// </summary>
public readonly record struct TableHash(long Rows, UInt128 Sum)
{
    private const int ChunkRows = 10_000;

    public override string ToString() => $"{Sum:x32}";

    public static async Task<TableHash> OfAllShardsAsync(ShardMap map, MovedTable table, Action<int>? progress, CancellationToken cancel)
    {
        var (rows, sum) = (0L, (UInt128)0);
        foreach (var partition in PartitionsFromAllShards(map, table))
        {
            IReadOnlyDictionary<string, object>? last = null;
            while (await RowMove.ReadAsync(partition, table, last, ChunkRows, cancel) is { Count: > 0 } chunk)
            {
                foreach (var row in chunk)
                {
                    sum = unchecked(sum + HashOf(row));
                }
                rows += chunk.Count;
                progress?.Invoke(chunk.Count);
                last = chunk.Count == ChunkRows ? chunk[^1].Where(column => table.Key.Contains(column.Key)).ToDictionary() : null;
                if (last is null)
                {
                    break;
                }
            }
        }
        return new(rows, sum);
    }

    private static IReadOnlyList<Partition> PartitionsFromAllShards(ShardMap map, MovedTable table) => map.PartitionsOf(table.Cluster);

    private static UInt128 HashOf(IReadOnlyDictionary<string, object> row)
    {
        using var bytes = new MemoryStream();
        foreach (var (column, value) in row.OrderBy(column => column.Key, StringComparer.Ordinal))
        {
            Write(bytes, column);
            switch (value)
            {
                case null: bytes.WriteByte(0); break;
                case long number: bytes.WriteByte(1); Write(bytes, number); break;
                case double real: bytes.WriteByte(2); Write(bytes, BitConverter.DoubleToInt64Bits(real)); break;
                case string text: bytes.WriteByte(3); Write(bytes, text); break;
                case byte[] blob: bytes.WriteByte(4); Write(bytes, blob.Length); bytes.Write(blob); break;
                default: throw new NotSupportedException($"{column} holds a {value.GetType()}: no column of ours does.");
            }
        }
        return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    private static void Write(MemoryStream bytes, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Write(bytes, utf8.Length);
        bytes.Write(utf8);
    }

    private static void Write(MemoryStream bytes, long number)
    {
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(eight, number);
        bytes.Write(eight);
    }
}
