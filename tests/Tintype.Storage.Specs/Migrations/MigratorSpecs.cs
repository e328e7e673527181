using Tintype.Storage.Migrations;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Migrations;

public sealed class MigratorSpecs
{
    [Theory, Backends]
    public async Task Migrating_again_changes_nothing(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var before = await VersionsAsync(store);

        await new Migrator(store.Map).MigrateAsync();

        Assert.NotEmpty(before);
        Assert.Equal(before, await VersionsAsync(store));
    }

    [Theory, Backends]
    public async Task Processes_that_start_at_once_migrate_once(Backend on)
    {
        await using var store = await Store.OpenEmptyAsync(on);
        await using var second = await store.OpenAgainAsync();
        await using var third = await store.OpenAgainAsync();

        await Task.WhenAll(new[] { store, second, third }.Select(process => new Migrator(process.Map).MigrateAsync()));

        Assert.All(await VersionsAsync(store), version => Assert.Equal(1, version.Times));
    }

    [Theory, Backends]
    public async Task A_database_from_the_future_is_refused(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        await store.Router.WriteAsync(new Shard(Cluster.Social, 3), session =>
            session.ExecuteAsync("INSERT INTO $schema_version (version, shards) VALUES (9999, @shards)", new { shards = Store.Shards }));

        var error = await Assert.ThrowsAsync<DatabaseFromTheFutureException>(() => new Migrator(store.Map).MigrateAsync());

        Assert.Contains("9999", error.Message, StringComparison.Ordinal);
    }

    [Theory, Backends]
    public async Task Another_number_of_shards_is_refused(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        await using var other = await store.OpenAgainAsync(shards: 3);

        var error = await Assert.ThrowsAsync<ShardsChangedException>(() => new Migrator(other.Map).MigrateAsync());

        Assert.Contains($"born with {Store.Shards}", error.Message, StringComparison.Ordinal);
    }

    private sealed record Version
    {
        public string Place { get; init; } = "";
        public long Number { get; init; }
        public long Times { get; init; }
    }

    private static async Task<IReadOnlyList<Version>> VersionsAsync(Store store)
    {
        var versions = new List<Version>();
        foreach (var cluster in Enum.GetValues<Cluster>())
        {
            versions.AddRange(await store.Router.ReadFromAllShardsAsync(cluster, session => session.QueryAsync<Version>(
                "SELECT @place AS place, version AS number, count(*) AS times FROM $schema_version GROUP BY version", new { place = $"{cluster} {session.Partition.Schema}" })));
        }
        return versions;
    }
}
