using Microsoft.Extensions.DependencyInjection;
using Tintype.Storage.Model;
using Tintype.Storage.Tables.Loading;

namespace Tintype.Bench;

/// <summary>
/// A made-up network of a given size, the same each time, straight into the tables: followees and authors drawn by popularity (Zipf), posts
/// over ninety days.
/// </summary>
internal static class FeedBenchPopulation
{
    private const int Seed = 20;
    private const int FolloweesOnAverage = 44; // The Facebook graph of McAuley and Leskovec (2012): 176,468 edges of 4,039 people.
    private static readonly TimeSpan Span = TimeSpan.FromDays(90);

    private static readonly string[] Words = "morning light over the harbour with old friends and a new lens after rain on film quiet streets #film #travel #light".Split(' ');

    /// <returns>One bearer token per person.</returns>
    public static async Task<IReadOnlyList<string>> CreateAsync(FeedBenchPlace place, FeedBenchOptions options)
    {
        await using var app = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], place.Adjust);
        var services = app.Services;
        var (load, people) = (services.GetRequiredService<InstanceLoad>(), services.GetRequiredService<PeopleLoad>());
        var random = new Random(Seed);
        var now = TimeProvider.System.GetUtcNow();
        LoadedPerson[] all = [.. Enumerable.Range(0, options.People).Select(i => Person(i, FeedBenchPlace.Shards, now - 2 * Span))];
        AccountId[] ids = [.. all.Select(person => person.Id)];
        var following = PackedLists.Of(ids.Length, Follows(ids.Length, random));
        IReadOnlyList<string> bearers = [];
        await load.RunAsync(async () =>
        {
            await people.AddAsync(all);
            bearers = await people.IssueAsync(
                ids, new AccessToken { Kind = TokenKind.OAuth, Scopes = "read write follow push", CreatedAt = now, LastUsedAt = now }, now.AddMilliseconds(-ids.Length));
            await services.GetRequiredService<FollowLoad>().AddAsync(ids, following, following.Turned(), now - Span);
            await services.GetRequiredService<PostLoad>().AddAsync([.. Posts(ids, options.Posts, now, random)]);
        });
        await load.AnalyzeAsync();
        return bearers;
    }

    private static LoadedPerson Person(int i, int shards, DateTimeOffset since)
    {
        var at = since.AddMilliseconds(i);
        return new LoadedPerson(new(IdLayout.Compose(at, i % shards, 0)), $"person{i}", $"person{i}@example.org", $"Person {i}", 1990, at);
    }

    private static (int Follower, int Followee)[] Follows(int people, Random random)
    {
        var follows = new (int Follower, int Followee)[people * FolloweesOnAverage];
        for (var i = 0; i < follows.Length; i++)
        {
            var followee = Popular(people, random);
            var follower = random.Next(people);
            follows[i] = (follower == followee ? (follower + 1) % people : follower, followee);
        }
        return follows;
    }

    private static IEnumerable<(Post, Photo)> Posts(AccountId[] people, int count, DateTimeOffset now, Random random)
    {
        for (var i = 0; i < count; i++)
        {
            var at = now - Span + (Span * i / count);
            var author = people[Popular(people.Length, random)];
            var id = new PostId(IdLayout.Compose(at, author.Shard, i % 1024));
            yield return (
                new Post
                {
                    Id = id, AccountId = author, Caption = string.Join(' ', Enumerable.Range(0, random.Next(3, 16)).Select(_ => Words[random.Next(Words.Length)])),
                    Place = i % 3 == 0 ? new Place("Lisbon", "Portugal") : null, State = PostState.Live, CreatedAt = at,
                },
                new Photo
                {
                    Id = new(IdLayout.Compose(at, author.Shard, i % 1024)), AccountId = author, PostId = id, State = MediaState.Live, Secret = "00112233445566778899aabbccddeeff",
                    ContentType = "image/jpeg", Width = 4000, Height = 3000, BlurHash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj", Description = "A harbour at sunrise", CreatedAt = at,
                });
        }
    }

    /// <summary>Who is followed by many also posts much: an index, the first ones most often.</summary>
    private static int Popular(int people, Random random) => (int)(people * Math.Pow(random.NextDouble(), 2.5));
}
