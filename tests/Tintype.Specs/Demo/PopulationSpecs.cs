using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Tintype.Demo.Population;
using Tintype.Friends;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Moving;
using Xunit;

namespace Tintype.Specs.Demo;

public sealed class PopulationSpecs
{
    [Fact]
    public async Task A_population_is_what_its_graph_says_for_everybody_in_it()
    {
        await using var world = new World();
        await world.InitializeAsync();
        var graph = PowerLawGraph.Draw(60, seed: 1);
        var tokensFile = Path.GetTempFileName();

        await FillAsync(world, new PopulationPlan(graph, Posts: 120, Pictures: 3, tokensFile));

        var people = await TokensAsync(tokensFile);
        Assert.Equal(graph.People, people.Count);
        AccountId[] ids = [.. (await Task.WhenAll(people.Select(async person => AccountId.Parse((await JsonAsync(world, person, "/api/v1/accounts/verify_credentials")).GetProperty("id").GetString()!))))];
        var counts = await world.Get<CountTable>().GetAsync(ids);
        Assert.Equal(120, counts.Values.Sum(count => count.Posts));
        for (var number = 0; number < people.Count; number++)
        {
            var account = await JsonAsync(world, people[number], $"/api/v1/accounts/{ids[number]}");
            Assert.Equal(people[number].Username, account.GetProperty("username").GetString());
            Assert.Equal(graph.Followers[number].Length, account.GetProperty("followers_count").GetInt32());
            Assert.Equal(graph.Following[number].Length, account.GetProperty("following_count").GetInt32());
            Assert.Equal(graph.Followers[number].ToArray().Select(other => ids[other]).OrderDescending(), await PeopleAsync(world, people[number], $"/api/v1/accounts/{ids[number]}/followers?limit=80"));
            Assert.Equal(graph.Following[number].ToArray().Select(other => ids[other]).OrderDescending(), await PeopleAsync(world, people[number], $"/api/v1/accounts/{ids[number]}/following?limit=80"));
        }
        for (var number = 0; number < people.Count; number += 7)
        {
            var expected = new List<PostId>();
            foreach (var author in graph.Following[number].ToArray().Append(number))
            {
                expected.AddRange((await world.Get<PostTable>().PublicOfAsync(ids[author], IdRange.Newest(200))).Items);
            }
            var feed = (await JsonAsync(world, people[number], "/api/v1/timelines/home?limit=40")).EnumerateArray().Select(status => PostId.Parse(status.GetProperty("id").GetString()!));
            Assert.Equal(expected.OrderDescending().Take(40), feed);
            var found = (await JsonAsync(world, people[0], $"/api/v2/search?type=accounts&q={people[number].Username}")).GetProperty("accounts");
            Assert.Contains(found.EnumerateArray(), account => account.GetProperty("username").GetString() == people[number].Username);
        }
        File.Delete(tokensFile);
    }

    [Fact]
    public async Task The_jobs_of_the_app_find_nothing_to_mend_in_a_population()
    {
        await using var world = new World();
        await world.InitializeAsync();
        var tokensFile = Path.GetTempFileName();
        await FillAsync(world, new PopulationPlan(PowerLawGraph.Draw(40, seed: 2), Posts: 60, Pictures: 2, tokensFile));
        await world.JobsDone();
        var before = await DirectoryAsync(world);

        var listing = world.Get<DirectoryListing>();
        foreach (var person in await TokensAsync(tokensFile))
        {
            var id = (await world.Get<AccountTable>().FindIdAsync(NameKind.Username, person.Username))!.Value;
            await listing.ListPersonAsync(id, default);
            foreach (var post in (await world.Get<PostTable>().PublicOfAsync(id, IdRange.Newest(200))).Items)
            {
                await listing.ListPostAsync(post, default);
            }
        }

        Assert.Equal(before, await DirectoryAsync(world));
        File.Delete(tokensFile);
    }

    [Fact]
    public async Task Tokens_are_for_as_many_people_as_were_asked_for()
    {
        await using var world = new World();
        await world.InitializeAsync();
        var tokensFile = Path.GetTempFileName();

        await FillAsync(world, new PopulationPlan(PowerLawGraph.Draw(50, seed: 3), Posts: 0, Pictures: 1, tokensFile, TokensFor: 7));

        var people = await TokensAsync(tokensFile);
        Assert.Equal(7, people.DistinctBy(person => person.Username).Count());
        Assert.Equal(people[3].Username, (await JsonAsync(world, people[3], "/api/v1/accounts/verify_credentials")).GetProperty("username").GetString());
        File.Delete(tokensFile);
    }

    [Fact]
    public async Task A_population_is_made_in_an_empty_folder_only()
    {
        await using var world = new World();
        await world.InitializeAsync();
        await world.Alice;

        var refusal = await Assert.ThrowsAsync<SettingsException>(() => Claim(world).BeginAsync("the folder", default));

        Assert.Contains("There are people", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Graphs_are_read_plain_and_gzipped_and_a_wrong_line_is_named()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("tintype-graph-").FullName, "graph.txt");
        await File.WriteAllTextAsync(file, "# follower followee\n7 9\n9 7\n7 9\n3 3\n12 7\n");
        await using (var gz = new GZipStream(File.Create(file + ".gz"), CompressionLevel.Fastest))
        {
            await gz.WriteAsync(await File.ReadAllBytesAsync(file));
        }

        var plain = await FollowGraph.ReadAsync(file, default);
        var zipped = await FollowGraph.ReadAsync(file + ".gz", default);
        await File.AppendAllTextAsync(file, "1 2 3\n");

        Assert.Equal(4, plain.People);
        Assert.Equal([(0, 1), (1, 0), (3, 0)], plain.Following.Pairs());
        Assert.Equal(plain.Following.Pairs(), zipped.Following.Pairs());
        Assert.Contains("line 7", (await Assert.ThrowsAsync<SettingsException>(() => FollowGraph.ReadAsync(file, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_drawn_graph_one_is_followed_by_all_a_fifth_by_most_and_nobody_follows_themselves()
    {
        var graph = PowerLawGraph.Draw(20_000, seed: 1);

        var followers = Enumerable.Range(0, graph.People).Select(person => graph.Followers[person].Length).OrderDescending().ToList();
        Assert.Equal(graph.People - 1, followers[0]);
        Assert.InRange(followers.Skip(1).Take(graph.People / 5).Sum() / (double)followers.Skip(1).Sum(), 0.7, 0.9);
        Assert.True(followers[1] > 50 * followers[followers.Count / 2]);
        Assert.InRange(graph.Follows / (double)graph.People, 20, 30);
        Assert.True(Enumerable.Range(0, graph.People).Max(person => graph.Following[person].Length) <= FollowTable.MaxFollowing);
        Assert.DoesNotContain(graph.Following.Pairs(), pair => pair.List == pair.Entry);
        Assert.Equal(graph.Following.Pairs(), PowerLawGraph.Draw(20_000, seed: 1).Following.Pairs());
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(17)]
    public void A_graph_may_be_as_small_as_one_likes(int people)
    {
        var graph = PowerLawGraph.Draw(people, seed: people);

        Assert.Equal(people, graph.People);
        Assert.Equal(people - 1, Enumerable.Range(0, people).Max(person => graph.Followers[person].Length));
    }

    [Fact]
    public void Names_are_given_once() =>
        Assert.Equal(20_000, Enumerable.Range(0, 20_000).Select(number => Names.Of(number).Username).Distinct().Count());

    private static PopulationClaim Claim(World world) => ActivatorUtilities.CreateInstance<PopulationClaim>(world.Services);

    private static Task FillAsync(World world, PopulationPlan plan) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }).Progress().StartAsync(progress =>
            PopulationBuilder.Of(world.Services).FillAsync(plan, progress, TimeProvider.System.GetUtcNow(), default));

    private static async Task<IReadOnlyList<(string Username, string Token)>> TokensAsync(string file) =>
        [.. (await File.ReadAllLinesAsync(file)).Select(line => line.Split(' ')).Select(parts => (parts[0], parts[1]))];

    private static async Task<JsonElement> JsonAsync(World world, (string Username, string Token) person, string path)
    {
        using var http = world.Client(person.Token);
        return JsonDocument.Parse(await http.GetStringAsync(path)).RootElement;
    }

    private static async Task<IEnumerable<AccountId>> PeopleAsync(World world, (string Username, string Token) person, string path) =>
        [.. (await JsonAsync(world, person, path)).EnumerateArray().Select(account => AccountId.Parse(account.GetProperty("id").GetString()!))];

    private static async Task<IReadOnlyList<(string Table, TableHash Hash)>> DirectoryAsync(World world)
    {
        var hashes = new List<(string, TableHash)>();
        foreach (var table in MovedTable.All.Where(table => table.Cluster == Cluster.Social && table.Name.StartsWith("directory", StringComparison.Ordinal)))
        {
            hashes.Add((table.Name, await TableHash.OfAllShardsAsync(world.Get<ShardMap>(), table, null, default)));
        }
        return hashes;
    }
}
