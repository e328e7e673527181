using System.Text.Json;
using Tintype.Storage.Dialects;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Moving;

using Row = IReadOnlyDictionary<string, object>;

/// <summary>
/// Notes the key of every row that an embedded instance changes while its rows are copied, by triggers, in the transaction that changes
/// it. What was copied too early is copied again; so people go on while most rows move, and the last step is what is left over.
/// </summary>
/// <remarks>
/// A note may be carried twice, and rows may be newer than their note: both are harmless, since what is carried is always the row as it
/// is now, and a later change has a later note.
/// </remarks>
public sealed class ChangeLog(ShardMap embedded)
{
    public const string Table = "grow_changes";

    private sealed record Note
    {
        public long Seq { get; init; }
        public string Name { get; init; } = "";
        public string Key { get; init; } = "";
    }

    /// <summary>From here on nothing changes without a note.</summary>
    public Task StartAsync(CancellationToken cancel) => EachFileAsync(async (partition, session) =>
    {
        await session.ExecuteAsync($"CREATE TABLE IF NOT EXISTS {Table} (seq integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL, key text NOT NULL)");
        foreach (var (trigger, sql) in TriggersOf(partition))
        {
            await session.ExecuteAsync($"CREATE TRIGGER IF NOT EXISTS {trigger} {sql}");
        }
    }, cancel);

    public Task StopAsync(CancellationToken cancel) => EachFileAsync(async (partition, session) =>
    {
        foreach (var (trigger, _) in TriggersOf(partition))
        {
            await session.ExecuteAsync($"DROP TRIGGER IF EXISTS {trigger}");
        }
        await session.ExecuteAsync($"DROP TABLE IF EXISTS {Table}");
    }, cancel);

    /// <summary>Carries what is noted, oldest first, until nothing is left or <paramref name="limit"/> notes of a cluster were carried.</summary>
    /// <returns>Notes carried.</returns>
    public async Task<int> CarryAsync(RowMove move, int limit, CancellationToken cancel)
    {
        var carried = 0;
        foreach (var (database, partitions) in embedded.Databases)
        {
            var source = partitions[0];
            var notes = await database.ReadAsync(source, Freshness.Latest, session => session.QueryAsync<Note>(
                $"SELECT seq, name, key FROM {Table} ORDER BY seq LIMIT {limit}"), cancel);
            foreach (var group in notes.GroupBy(note => note.Name))
            {
                var table = MovedTable.All.Single(one => one.Cluster == source.Cluster && one.Name == group.Key);
                var keys = group.Select(note => note.Key).Distinct().ToList();
                var now = await database.ReadAsync(source, Freshness.Latest, session => session.QueryAsync<object>(
                    $"""
                    SELECT row.* FROM json_each(@keys) AS noted CROSS JOIN {table.Name} AS row
                    ON {string.Join(" AND ", table.Key.Select((column, place) => $"row.{column} = noted.value ->> {place}"))}
                    """, new { keys = $"[{string.Join(',', keys)}]" }), cancel);
                await move.ReplaceAsync(table, [.. keys.Select(key => RowOf(table, key))], RowMove.Rows(now), cancel);
            }
            if (notes.Count > 0)
            {
                await database.WriteAsync(source, session => session.ExecuteAsync($"DELETE FROM {Table} WHERE seq <= @last", new { last = notes[^1].Seq }), cancel);
            }
            carried += notes.Count;
        }
        return carried;
    }

    private async Task EachFileAsync(Func<Partition, ShardSession, Task> work, CancellationToken cancel)
    {
        foreach (var (database, partitions) in embedded.Databases)
        {
            await database.WriteAsync(partitions[0], async session => { await work(partitions[0], session); return true; }, cancel);
        }
    }

    private static IEnumerable<(string Name, string Sql)> TriggersOf(Partition partition) =>
        MovedTable.All.Where(table => table.Cluster == partition.Cluster).SelectMany(table => new (string, string)[]
        {
            ($"grow_{table.Name}_insert", $"AFTER INSERT ON {table.Name} BEGIN {NoteOf(table, "NEW")}; END"),
            ($"grow_{table.Name}_delete", $"AFTER DELETE ON {table.Name} BEGIN {NoteOf(table, "OLD")}; END"),
            ($"grow_{table.Name}_update", $"AFTER UPDATE ON {table.Name} BEGIN {NoteOf(table, "OLD")} UNION SELECT '{table.Name}', {KeyOf(table, "NEW")}; END"),
        });

    private static string NoteOf(MovedTable table, string row) => $"INSERT INTO {Table} (name, key) SELECT '{table.Name}', {KeyOf(table, row)}";

    private static string KeyOf(MovedTable table, string row) => $"json_array({string.Join(", ", table.Key.Select(column => $"{row}.{column}"))})";

    private static Row RowOf(MovedTable table, string key)
    {
        using var json = JsonDocument.Parse(key);
        return table.Key.Zip(json.RootElement.EnumerateArray()).ToDictionary(
            part => part.First, part => part.Second.ValueKind == JsonValueKind.Number ? (object)part.Second.GetInt64() : part.Second.GetString()!);
    }
}
