using System.Globalization;
using Tintype.Storage.Dialects;

namespace Tintype.Storage.Tables.Search;

/// <summary>
/// The one place where the two full-text engines differ: FTS5 tables beside ours in SQLite, GIN indexes (pg_trgm, tsvector) on ours in
/// PostgreSQL. Words are folded before they come here: letters and digits only, so nothing in them is an operator to either.
/// </summary>
internal static class WordMatch
{
    // Of pg_trgm, for its word similarity. Low, because the caller ranks by edit distance, and "jhon" shares 0.2 with "john".
    private const double LeastSimilarity = 0.2;

    /// <summary>Condition on <paramref name="table"/>: each word begins a word of the row. Parameters: <see cref="Prefixes"/>.</summary>
    /// <param name="words">The FTS5 table.</param>
    /// <param name="key">Column whose value is the rowid in there.</param>
    public static string AllBegin(SqlDialect dialect, string words, string key, int count) => dialect.IsPostgres
        ? string.Join(" AND ", Enumerable.Range(0, count).Select(i => $"words LIKE @w{i}"))
        : $"{key} IN (SELECT rowid FROM ${words} WHERE ${words} MATCH @w0)";

    public static IEnumerable<KeyValuePair<string, object>> Prefixes(SqlDialect dialect, IReadOnlyList<string> words) => dialect.IsPostgres
        ? words.Select((word, i) => KeyValuePair.Create<string, object>($"w{i}", $"%  {word}%"))
        : [KeyValuePair.Create<string, object>("w0", string.Join(" AND ", words.Select(word => $"\"  {word}\"")))];

    /// <summary>Rows alike to the query in spelling, the likest first.</summary>
    public static string Alike(SqlDialect dialect, string columns, string table, string words, string key) => dialect.IsPostgres
        ? $"SELECT {columns} FROM ${table} WHERE words %> @alike ORDER BY words <->> @alike LIMIT @limit"
        : $"SELECT {columns} FROM ${table} WHERE {key} IN (SELECT rowid FROM ${words} WHERE ${words} MATCH @alike ORDER BY rank LIMIT @limit)";

    /// <summary>What stands for @alike: the words themselves, or any of their trigrams.</summary>
    public static string Alike(SqlDialect dialect, IReadOnlyList<string> words) => dialect.IsPostgres
        ? string.Join(' ', words)
        : string.Join(" OR ", words.SelectMany(Trigrams).Distinct().Select(trigram => $"\"{trigram}\""));

    /// <summary>To be run before <see cref="Alike(SqlDialect, string, string, string, string)"/> on the same session.</summary>
    public static Task LoosenAsync(ShardSession session) => session.Dialect.IsPostgres
        ? session.ScalarAsync<string>(string.Create(CultureInfo.InvariantCulture, $"SELECT set_config('pg_trgm.word_similarity_threshold', '{LeastSimilarity}', false)"))
        : Task.CompletedTask;

    /// <summary>Ids of posts that hold all words, the last one perhaps only begun.</summary>
    public static string Posts(SqlDialect dialect, string order) => dialect.IsPostgres
        ? $"SELECT post_id FROM $directory_posts WHERE to_tsvector('simple', words) @@ to_tsquery('simple', @match) AND post_id > @Above AND post_id < @Below ORDER BY post_id {order} LIMIT @Take"
        : $"SELECT rowid FROM $directory_post_words WHERE $directory_post_words MATCH @match AND rowid > @Above AND rowid < @Below ORDER BY rowid {order} LIMIT @Take";

    /// <summary>What stands for @match.</summary>
    public static string Posts(SqlDialect dialect, IReadOnlyList<string> words) => dialect.IsPostgres
        ? string.Join(" & ", words.Select((word, i) => i == words.Count - 1 ? $"'{word}':*" : $"'{word}'"))
        : string.Join(" AND ", words.Select((word, i) => i == words.Count - 1 ? $"\"{word}\"*" : $"\"{word}\""));

    /// <summary>Writes the words of a row into the FTS5 table; PostgreSQL's indexes see to themselves.</summary>
    public static async Task PutAsync(ShardSession session, string words, long key, string? text)
    {
        if (session.Dialect.IsPostgres)
        {
            return;
        }
        await session.ExecuteAsync($"DELETE FROM ${words} WHERE rowid = @key", new { key });
        if (text is not null)
        {
            await session.ExecuteAsync($"INSERT INTO ${words} (rowid, words) VALUES (@key, @text)", new { key, text });
        }
    }

    /// <summary>The same for many rows that are not there yet.</summary>
    public static Task LoadAsync(ShardSession session, string words, long[] keys, string[] texts) => session.Dialect.IsPostgres
        ? Task.CompletedTask
        : session.AddRowsAsync(words, new RowBlock(keys.Length).With("rowid", keys).With("words", texts));

    private static IEnumerable<string> Trigrams(string word)
    {
        var padded = $"  {word} ";
        return Enumerable.Range(0, padded.Length - 2).Select(at => padded.Substring(at, 3));
    }
}
