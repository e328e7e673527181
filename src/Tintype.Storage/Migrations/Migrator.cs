using System.Globalization;
using System.Reflection;
using System.Text;
using Tintype.Storage.Dialects;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Migrations;

/// <summary>
/// Brings every partition up to the newest schema, under its database's lock, once. The steps are embedded files:
/// accounts/0001_accounts.sql. Lines between "--@sqlite" or "--@postgres" and "--@both" are for that dialect only.
/// </summary>
public sealed class Migrator(ShardMap map)
{
    private sealed record Step(int Number, string Name, string Sql);

    private sealed record Reached
    {
        public string Schema { get; init; } = "";
        public long? Version { get; init; }
        public long? Shards { get; init; }
    }

    private readonly Dictionary<Cluster, List<Step>> steps = Enum.GetValues<Cluster>().ToDictionary(cluster => cluster, StepsOf);

    /// <summary>The number of logical shards with which the embedded instance in a folder was born.</summary>
    public static async Task<int> ShardsOfAsync(string folder)
    {
        await using var map = EmbeddedStorage.Open(folder, 1);
        var partition = map.PartitionsOf(Cluster.Accounts)[0];
        return (int)await partition.Database.ReadAsync(
            partition, Freshness.Latest, session => session.ScalarAsync<long>("SELECT max(shards) FROM $schema_version"), CancellationToken.None);
    }

    /// <exception cref="DatabaseFromTheFutureException">A newer Tintype has migrated it already.</exception>
    public async Task MigrateAsync(CancellationToken cancel = default)
    {
        await map.LearnAsync(cancel);
        foreach (var (database, partitions) in map.Databases)
        {
            async Task<IReadOnlyList<Partition>> BehindAsync() => database.Dialect.IsPostgres ? await NotNewestAsync(database, partitions, cancel) : partitions;
            if (await BehindAsync() is { Count: > 0 })
            {
                await database.UnderLockAsync(BehindAsync, session => MigrateAsync(session, steps[session.Partition.Cluster]), cancel);
            }
        }
    }

    /// <summary>Makes the newest, empty schema of one partition: where it is about to move to.</summary>
    public Task MakeAsync(Partition partition, CancellationToken cancel = default) =>
        partition.Database.UnderLockAsync(() => Task.FromResult<IReadOnlyList<Partition>>([partition]), session => MigrateAsync(session, steps[partition.Cluster]), cancel);

    /// <summary>The schemas of a server that are not exactly what this binary makes: found in two queries, however many there are.</summary>
    private async Task<IReadOnlyList<Partition>> NotNewestAsync(Database database, IReadOnlyList<Partition> partitions, CancellationToken cancel)
    {
        var schemas = partitions.Select(partition => partition.Schema.TrimEnd('.')).ToArray();
        var reached = await database.ReadAsync(partitions[0], Freshness.Latest, async session =>
        {
            var present = await session.QueryAsync<string>(
                "SELECT schemaname FROM pg_tables WHERE tablename = 'schema_version' AND schemaname IN @schemas", new { schemas });
            return present.Count == 0 ? [] : await session.QueryAsync<Reached>(string.Join(" UNION ALL ", present.Select(schema =>
                $"SELECT '{schema}.' AS schema, max(version) AS version, max(shards) AS shards FROM {schema}.schema_version")));
        }, cancel);
        var newest = reached.Where(row => row.Shards == map.Shards).ToDictionary(row => row.Schema, row => row.Version);
        return [.. partitions.Where(partition => newest.GetValueOrDefault(partition.Schema) != steps[partition.Cluster][^1].Number)];
    }

    private async Task MigrateAsync(ShardSession session, IReadOnlyList<Step> known)
    {
        var schema = session.Dialect.IsPostgres ? $"CREATE SCHEMA IF NOT EXISTS {session.Partition.Schema.TrimEnd('.')};" : "";
        await session.ExecuteAsync($"{schema} CREATE TABLE IF NOT EXISTS $schema_version (version bigint NOT NULL PRIMARY KEY, shards bigint NOT NULL)");
        var (reached, born) = await session.FirstOrDefaultAsync<(long, long)>(
            "SELECT coalesce(max(version), 0), coalesce(max(shards), @shards) FROM $schema_version", new { shards = map.Shards });
        if (reached > known[^1].Number)
        {
            throw new DatabaseFromTheFutureException(session.Partition, reached, known[^1].Number);
        }
        if (born != map.Shards)
        {
            throw new ShardsChangedException(session.Partition, born, map.Shards);
        }
        foreach (var step in known.Where(step => step.Number > reached))
        {
            await session.ExecuteAsync(TextFor(step.Sql, session.Dialect));
            await session.ExecuteAsync("INSERT INTO $schema_version (version, shards) VALUES (@number, @shards)", new { number = step.Number, shards = map.Shards });
        }
    }

    private static List<Step> StepsOf(Cluster cluster)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"{typeof(Migrator).Namespace}.{cluster.ToString().ToLowerInvariant()}.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Step(int.Parse(name.AsSpan(prefix.Length, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
            })
            .OrderBy(step => step.Number)];
    }

    private static string TextFor(string sql, SqlDialect dialect)
    {
        var text = new StringBuilder();
        var mine = true;
        foreach (var line in sql.Split('\n').Select(line => line.TrimEnd()))
        {
            if (line.StartsWith("--@", StringComparison.Ordinal))
            {
                mine = line[3..] is "both" || line[3..] == dialect.Name;
            }
            else if (mine && !line.TrimStart().StartsWith("--", StringComparison.Ordinal))
            {
                text.AppendLine(line);
            }
        }
        return text.ToString();
    }
}

/// <summary>The binary is older than its data; running on could damage what it does not know of.</summary>
public sealed class DatabaseFromTheFutureException(Partition partition, long reached, int known) : Exception(
    $"{partition.Database.Name} has schema version {reached} of cluster {partition.Cluster}, this Tintype knows {known}. Start the newer Tintype, or restore a backup from before it ran.");

/// <summary>Ids say their shard by number: with another number of shards they would point elsewhere.</summary>
public sealed class ShardsChangedException(Partition partition, long born, int wanted) : Exception(
    $"{partition.Database.Name} was born with {born} logical shards and Storage:Shards says {wanted}: the number never changes. Set it back to {born}.");
