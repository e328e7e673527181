using System.Globalization;
using System.IO.Compression;
using CsCheck;
using Tintype.Cards;
using Tintype.Feed;
using Tintype.Http;
using Tintype.Storage.Feeds;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Feed;

/// <summary>
/// All pages of feeds against their definition, computed from every row of every table: in small networks with whatever happens in
/// them, and in large ones.
/// </summary>
public sealed class FeedByDefinitionSpecs(World world) : IClassFixture<World>
{
    private enum Deed { Post, PostLongAgo, Delete, Restore, Follow, Unfollow, Block, Unblock, Mute, Unmute, Read, Evict }

    /// <summary>Feeds so short and authors so big that pushing, merging and pulling all happen within a few posts.</summary>
    [Fact]
    public async Task Whatever_people_do_their_feeds_are_what_they_should_be()
    {
        await using var small = await World.StartAsync(settings => (settings.Feed.Length, settings.Feed.BigAuthorFollowers) = (20, 3));
        var deeds = Gen.Select(Gen.Enum<Deed>(), Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 1000]).Array[10, 120];
        var communities = 0;
        await deeds.SampleAsync(async story =>
        {
            var community = Interlocked.Increment(ref communities);
            var people = new List<PersonInWorld>();
            for (var i = 0; i < 5; i++)
            {
                people.Add(await small.PersonAsync($"c{community}_{i}"));
            }
            await LiveAsync(small, people, story);
            await small.EverythingSpreadAsync();
            foreach (var person in people)
            {
                await SameAsync(small, person.Id, 7);
            }
        }, iter: 25, threads: 1);
    }

    /// <summary>People followed by popularity, as in life, and a thousand changes.</summary>
    [Fact]
    public async Task In_a_network_of_hundreds_feeds_are_what_they_should_be_before_and_after_changes()
    {
        var random = new Random(11);
        var follows = new HashSet<(int, int)>();
        while (follows.Count < 6_000)
        {
            var (follower, followee) = (random.Next(300), (int)(300 * Math.Pow(random.NextDouble(), 2.5)));
            follows.Add((follower, followee));
        }
        await NetworkAsync(world, 300, follows.Where(pair => pair.Item1 != pair.Item2), posts: 1_000, readers: 40, changes: 200, random);
    }

    /// <summary>
    /// The same for a graph from a file ("follower followee" a line, may be gzipped): TINTYPE_GRAPH names it. With the Facebook graph of
    /// McAuley and Leskovec: 4,039 people, 176,468 follows, 20,000 posts, 200 readers, 1,000 changes.
    /// </summary>
    [Fact(Explicit = true)]
    public async Task In_the_network_of_a_file_feeds_are_what_they_should_be_before_and_after_changes()
    {
        var file = Environment.GetEnvironmentVariable("TINTYPE_GRAPH");
        Assert.False(string.IsNullOrEmpty(file), "TINTYPE_GRAPH names no graph file");
        var (numbers, pairs) = (new Dictionary<string, int>(), new List<(int, int)>());
        await foreach (var line in LinesAsync(file!))
        {
            var names = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            pairs.Add((Number(names[0]), Number(names[1])));
        }
        await using var large = await World.StartAsync(settings => settings.Feed.BigAuthorFollowers = 500);
        await NetworkAsync(large, numbers.Count, pairs, posts: 20_000, readers: 200, changes: 1_000, new Random(3));

        int Number(string name) => numbers.TryGetValue(name, out var known) ? known : numbers[name] = numbers.Count;
    }

    private static async Task NetworkAsync(World world, int size, IEnumerable<(int Follower, int Followee)> follows, int posts, int readers, int changes, Random random)
    {
        var people = await Task.WhenAll(Enumerable.Range(0, size).Select(i => NewPersonAsync(world, i)));
        await world.Get<FollowImport>().AddAsync([.. follows.Select(pair => (people[pair.Follower], people[pair.Followee]))]);
        var written = new List<PostId>();
        foreach (var some in Enumerable.Range(0, posts).Chunk(500))
        {
            written.AddRange(await Task.WhenAll(some.Select(_ => PostAsync(world, people[random.Next(size)], TimeProvider.System.GetUtcNow().AddMinutes(-random.Next(600_000))))));
        }
        var chosen = people.OrderBy(_ => random.Next()).Take(readers).ToList();
        foreach (var reader in chosen)
        {
            await SameAsync(world, reader, 40);
        }
        for (var change = 0; change < changes; change++)
        {
            var (one, other) = (chosen[random.Next(readers)], people[random.Next(size)]);
            switch (random.Next(5))
            {
                case 0 when one != other:
                    await world.FollowAsync(one, other);
                    break;
                case 1:
                    var following = (await world.Get<RelationCache>().GetAsync(one)).Following;
                    await world.UnfollowAsync(one, following.Length > 0 ? following[random.Next(following.Length)] : other);
                    break;
                case 2:
                    await world.DeleteAsync(written[random.Next(written.Count)]);
                    break;
                case 3 when one != other:
                    await world.BlockAsync(random.Next(2) == 0 ? one : other, random.Next(2) == 0 ? one : other);
                    break;
                default:
                    written.Add(await PostAsync(world, other, TimeProvider.System.GetUtcNow()));
                    break;
            }
        }
        await world.EverythingSpreadAsync();
        foreach (var reader in chosen)
        {
            await SameAsync(world, reader, 40);
        }
    }

    private static async Task LiveAsync(World world, IReadOnlyList<PersonInWorld> people, IEnumerable<(Deed Deed, int Who, int Whom, int Which)> story)
    {
        var posts = new List<PostId>();
        foreach (var (deed, who, whom, which) in story)
        {
            var (one, other) = (people[who].Id, people[whom].Id);
            var post = posts.Count > 0 ? posts[which % posts.Count] : default;
            switch (deed)
            {
                case Deed.Post:
                    posts.Add(await world.PostAsync(people[who]));
                    break;
                case Deed.PostLongAgo:
                    posts.Add(await world.PostAsync(people[who], at: TimeProvider.System.GetUtcNow().AddHours(-which)));
                    break;
                case Deed.Delete when posts.Count > 0:
                    await world.DeleteAsync(post);
                    break;
                case Deed.Restore when posts.Count > 0:
                    await world.SetStateAsync(post, PostState.Live);
                    break;
                case Deed.Follow when who != whom:
                    await world.FollowAsync(one, other);
                    break;
                case Deed.Unfollow:
                    await world.UnfollowAsync(one, other);
                    break;
                case Deed.Block or Deed.Unblock when who != whom:
                    await world.BlockAsync(one, other, deed == Deed.Block);
                    break;
                case Deed.Mute or Deed.Unmute when who != whom:
                    await world.MuteAsync(one, other, deed == Deed.Mute);
                    break;
                case Deed.Read:
                    await people[who].HomeAsync();
                    break;
                case Deed.Evict:
                    await world.Feeds().DropAsync(one);
                    break;
            }
        }
    }

    /// <summary>All pages, downwards and upwards, straight from the slice.</summary>
    private static async Task SameAsync(World world, AccountId reader, int limit)
    {
        var expected = await world.FeedByDefinitionAsync(reader);
        var feed = world.Get<HomeFeed>();
        var down = new List<PostId>();
        FeedPage page;
        do
        {
            page = await feed.PageAsync(await world.Get<RelationCache>().GetAsync(reader), new Paging(down.Count > 0 ? down[^1].Value : 0, 0, 0, limit, 0), FeedRules.BelongsInApps);
            down.AddRange(page.Cards.Select(card => card.Id));
        }
        while (page.More);
        var up = new List<PostId>();
        do
        {
            page = await feed.PageAsync(await world.Get<RelationCache>().GetAsync(reader), new Paging(0, 0, up.Count > 0 ? up[^1].Value : 1, limit, 0), FeedRules.BelongsInApps);
            up.AddRange(page.Cards.Select(card => card.Id).Reverse());
        }
        while (page.More);
        Assert.Equal(expected, down);
        Assert.Equal(expected.Reverse(), up);
    }

    private static async Task<AccountId> NewPersonAsync(World world, int number)
    {
        var id = world.Get<IdGenerator>().NextAnywhere<Account>();
        Assert.Null(await world.Get<AccountTable>().CreateAsync(new Account
        {
            Id = id, Username = $"n{number.ToString(CultureInfo.InvariantCulture)}", DisplayName = "Somebody", CreatedAt = TimeProvider.System.GetUtcNow(),
        }));
        return id;
    }

    private static async Task<PostId> PostAsync(World world, AccountId author, DateTimeOffset at)
    {
        var id = new PostId(IdLayout.Compose(at, author.Shard, Random.Shared.Next(1024)));
        await world.Get<PostTable>().AddLiveAsync(new Post { Id = id, AccountId = author, Caption = "a photo", State = PostState.Live, CreatedAt = at }, []);
        return id;
    }

    private static async IAsyncEnumerable<string> LinesAsync(string file)
    {
        await using var bytes = File.OpenRead(file);
        await using var text = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(bytes, CompressionMode.Decompress) : (Stream)bytes;
        using var reader = new StreamReader(text);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
