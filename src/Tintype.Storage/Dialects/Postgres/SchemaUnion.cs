using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>One of our SQL texts over the schemas of several partitions, whose lists @here are one parameter for each.</summary>
/// <param name="Over">The partitions, in the order of <paramref name="Lists"/>.</param>
/// <param name="Lists">What their lists are called in <paramref name="Text"/>.</param>
internal sealed record SchemaUnion(IReadOnlyList<Partition> Over, string Text, IReadOnlyList<string> Lists)
{
    public static SchemaUnion Of(IReadOnlyList<Partition> all, string sql)
    {
        string[] lists = [.. all.Select((_, place) => $"here{place}")];
        var parts = all.Select((partition, place) =>
            $"({sql.Replace("$", partition.Schema, StringComparison.Ordinal).Replace("@here", $"@{lists[place]}", StringComparison.Ordinal)})");
        return new SchemaUnion(all, $"SELECT * FROM ({string.Join(" UNION ALL ", parts)}) AS together", lists);
    }
}
