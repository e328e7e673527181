using System.Collections.Frozen;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Moving;

/// <summary>A table whose rows go along when an instance moves to another engine, and how each row says its shard.</summary>
/// <param name="Key">The primary key's columns, in its order; the shard can be told from them.</param>
public sealed record MovedTable(Cluster Cluster, string Name, IReadOnlyList<string> Key, Func<IReadOnlyDictionary<string, object>, ShardRouter, int> ShardOf)
{
    /// <summary>Every table of the three clusters. What is missing here would be left behind, so <see cref="CheckAsync"/> asks the schema.</summary>
    public static readonly IReadOnlyList<MovedTable> All =
    [
        ById(Cluster.Accounts, "accounts", "id"),
        new(Cluster.Accounts, "claims", ["kind", "name"], (row, router) => router.ShardOfName(Cluster.Accounts, $"{row["kind"]}:{row["name"]}").Number),
        ById(Cluster.Accounts, "tokens", "id"),
        ById(Cluster.Accounts, "client_apps", "id"),
        AtHome(Cluster.Accounts, "shared_keys", "name"),
        ById(Cluster.Accounts, "outbox", "id"),
        ById(Cluster.Content, "posts", "id"),
        ById(Cluster.Content, "media", "id"),
        ById(Cluster.Content, "content_counts", "account_id"),
        ById(Cluster.Content, "idempotency_keys", "account_id", "name"),
        ById(Cluster.Content, "likes", "post_id", "account_id"),
        ById(Cluster.Content, "my_likes", "account_id", "post_id"),
        ById(Cluster.Content, "bookmarks", "account_id", "post_id"),
        ById(Cluster.Content, "outbox", "id"),
        ById(Cluster.Social, "follows", "follower_id", "followee_id"),
        ById(Cluster.Social, "followers", "followee_id", "follower_id"),
        ById(Cluster.Social, "blocks", "account_id", "target_id"),
        ById(Cluster.Social, "blocked_by", "target_id", "account_id"),
        ById(Cluster.Social, "mutes", "account_id", "target_id"),
        ById(Cluster.Social, "social_counts", "account_id"),
        ById(Cluster.Social, "notifications", "id"),
        ById(Cluster.Social, "markers", "account_id", "name"),
        ById(Cluster.Social, "outbox", "id"),
        AtHome(Cluster.Social, "directory_people", "account_id"),
        AtHome(Cluster.Social, "directory_posts", "post_id"),
        AtHome(Cluster.Social, "directory_tags", "tag"),
        AtHome(Cluster.Social, "directory_tagged", "tag", "post_id"),
        AtHome(Cluster.Social, "directory_places", "id"),
    ];

    /// <summary>FTS5's tables are made anew from the rows they index; the others are a schema's own.</summary>
    private static readonly FrozenSet<string> StayBehind = FrozenSet.ToFrozenSet(["schema_version", ChangeLog.Table]);

    public string FullName => $"{Cluster.ToString().ToLowerInvariant()}.{Name}";

    internal string KeyColumns => string.Join(", ", Key);

    /// <exception cref="InvalidOperationException">An embedded schema has a table that nobody moves.</exception>
    public static async Task CheckAsync(ShardMap embedded, CancellationToken cancel = default)
    {
        foreach (var (database, partitions) in embedded.Databases)
        {
            var cluster = partitions[0].Cluster;
            var there = await database.ReadAsync(partitions[0], Freshness.Latest, session => session.QueryAsync<string>(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_words%' ESCAPE '\\'"), cancel);
            var unknown = there.Where(name => !StayBehind.Contains(name) && !All.Any(table => table.Cluster == cluster && table.Name == name)).ToList();
            if (unknown.Count > 0)
            {
                throw new InvalidOperationException($"{cluster} has tables that {nameof(MovedTable)} does not move: {string.Join(", ", unknown)}.");
            }
        }
    }

    private static MovedTable ById(Cluster cluster, string name, params string[] key) => new(cluster, name, key, (row, _) => IdLayout.ShardOf((long)row[key[0]]));

    private static MovedTable AtHome(Cluster cluster, string name, params string[] key) => new(cluster, name, key, (_, _) => 0);
}
