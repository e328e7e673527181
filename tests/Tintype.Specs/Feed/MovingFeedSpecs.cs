using System.Globalization;
using Tintype.Demo.Population;
using Tintype.Servers;
using Tintype.Specs.Backends;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Migrations;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Feed;

/// <summary>
/// Rows on two PostgreSQL servers, one of them with a follower, feeds on Redis, two processes that serve them: all pages of feeds against
/// their definition, while shards move from one server to the other, and after.
/// </summary>
public sealed class MovingFeedSpecs : IAsyncLifetime
{
    private const int People = 100;
    private const int Readers = 20;
    private const int Shards = 4;

    private static readonly Shard[] Moving = [new(Cluster.Content, 1), new(Cluster.Social, 2)];

    private readonly List<PostgresServer> servers = [];
    private World world = null!;
    private string other = null!;

    public async ValueTask InitializeAsync()
    {
        SharedCluster.SkipWhenNamed();
        servers.AddRange(await Task.WhenAll(PostgresServer.StartAsync(), PostgresServer.StartAsync()));
        await Task.WhenAll(servers.Select(server => server.CreateDatabaseAsync("feeds")));
        servers.Add(await servers[0].StartFollowerAsync());
        string[] addresses = [servers[0].WithFollowers("feeds", servers[2]), servers[1].ConnectionString("feeds")];
        var redis = (await MemoryServer.SharedAsync(MemoryKind.Redis)).Configuration;
        var prefix = MemoryServer.OwnPrefix();
        world = await World.StartAsync(settings =>
        {
            settings.Storage.Shards = Shards;
            settings.Storage.AccountsServers = settings.Storage.ContentServers = settings.Storage.SocialServers = addresses;
            (settings.Memory.Servers, settings.Memory.Prefix) = (redis, prefix);
            settings.Feed.BigAuthorFollowers = People / 3; // Some are merged in when they are read, most are pushed.
        });
        other = (await world.StartAnotherAsync("http://127.0.0.1:0", settings => settings.Roles = "feed")).Urls.First();
    }

    [Fact]
    public async Task Feeds_are_what_they_should_be_while_shards_move_and_after()
    {
        var graph = PowerLawGraph.Draw(People, seed: 7);
        var people = new List<PersonInWorld>();
        for (var number = 0; number < People; number++)
        {
            people.Add(await world.PersonAsync($"p{number.ToString(CultureInfo.InvariantCulture)}"));
        }
        await world.Get<FollowImport>().AddAsync([.. graph.Following.Pairs().Select(pair => (people[pair.Item1].Id, people[pair.Item2].Id))]);
        await PostAsync(people, 300);
        var readers = people.Where((_, number) => number % (People / Readers) == 0).ToList();
        await SameAsync(readers);

        var moves = MoveAsync();
        do
        {
            await SameAsync(readers);
        }
        while (!moves.IsCompleted);
        await moves;

        await SameAsync(readers);
        await PostAsync(people, 60);
        await world.UnfollowAsync(readers[3].Id, people[graph.Following[people.IndexOf(readers[3])][0]].Id);
        await SameAsync(readers);
        Assert.All(Moving, shard => Assert.NotEqual(HomeAtBirth(shard), ServerOf(shard)));
    }

    public async ValueTask DisposeAsync()
    {
        if (world is not null)
        {
            await world.DisposeAsync();
        }
        foreach (var server in Enumerable.Reverse(servers))
        {
            await server.DisposeAsync();
        }
    }

    private async Task PostAsync(IReadOnlyList<PersonInWorld> people, int posts)
    {
        var random = new Random(posts);
        for (var post = 0; post < posts; post++)
        {
            await world.PostAsync(people[random.Next(People)], at: TimeProvider.System.GetUtcNow().AddMinutes(-random.Next(40_000)));
        }
        await world.EverythingSpreadAsync();
    }

    /// <summary>All pages, of one process and of the other in turns.</summary>
    private async Task SameAsync(IReadOnlyList<PersonInWorld> readers)
    {
        foreach (var (number, reader) in readers.Index())
        {
            using var http = world.Client(reader.Bearer, number % 2 == 0 ? null : other);
            Assert.Equal(await world.FeedByDefinitionAsync(reader.Id), await (reader with { Http = http }).WholeHomeAsync(40));
        }
    }

    private async Task MoveAsync()
    {
        var (map, migrator) = (world.Get<ShardMap>(), world.Get<Migrator>());
        var placement = map.Placement!;
        foreach (var shard in Moving)
        {
            var partition = map.PartitionOf(shard);
            var target = placement.ServersOf(shard.Cluster).Single(server => server != partition.Database);
            await new ShardMove(placement, partition, target, moved => migrator.MakeAsync(moved), _ => { }).RunAsync(keepOld: false, default);
        }
    }

    private string ServerOf(Shard shard) => world.Get<ShardMap>().PartitionOf(shard).Database.Name;

    // An empty instance deals its shards out over its servers in turn.
    private string HomeAtBirth(Shard shard) => world.Get<ShardMap>().Placement!.ServersOf(shard.Cluster)[shard.Number % 2].Name;
}
