using System.Security.Cryptography;
using Spectre.Console;
using Tintype.Friends;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Loading;
using Tintype.Storage.Tables.Search;

namespace Tintype.Demo.Population;

/// <summary>What a population is to be.</summary>
/// <param name="Posts">In the last 30 days, by the most followed tenth.</param>
/// <param name="Pictures">How many are painted, at most; the other posts show them again.</param>
/// <param name="TokensFile">Takes "username token" lines; null for none.</param>
/// <param name="TokensFor">That many people drawn at random have a token; null for everybody.</param>
internal sealed record PopulationPlan(FollowGraph Graph, int Posts, int Pictures, string? TokensFile, int? TokensFor = null);

/// <summary>
/// Fills an empty instance with as many people as wanted, straight into the stores. Some hundred pictures are painted and take the ordinary
/// way; the other posts show the same objects again, so that a post costs rows. Everything else is loaded by the million, and is then
/// what the app would have made.
/// </summary>
internal sealed class PopulationBuilder(InstanceLoad load, PeopleLoad peopleLoad, FollowLoad followLoad, PostLoad postLoad, DirectoryTable directory, PaintedPosts painting, Past past, int shards)
{
    // Posts drawn and written at once: what is held in memory.
    private const int PostsAtOnce = 50_000;

    // Few post and most look on: one in ten, and those who are followed.
    private const int AuthorsOneIn = 10;

    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private readonly Random random = new(1839);

    public static PopulationBuilder Of(IServiceProvider services)
    {
        var past = ActivatorUtilities.CreateInstance<Past>(services);
        return ActivatorUtilities.CreateInstance<PopulationBuilder>(
            services, past, ActivatorUtilities.CreateInstance<PaintedPosts>(services, past), services.GetRequiredService<ShardMap>().Shards);
    }

    /// <returns>The share of all feeds' entries that the most seen fifth of the posts makes.</returns>
    public async Task<double> FillAsync(PopulationPlan plan, ProgressContext progress, DateTimeOffset now, CancellationToken cancel)
    {
        var graph = plan.Graph;
        var people = People(graph.People, now);
        AccountId[] ids = [.. people.Select(person => person.Id)];
        int[] authors = graph.People == 0 ? [] : graph.MostFollowed((graph.People + AuthorsOneIn - 1) / AuthorsOneIn);
        (DateTimeOffset At, int Author)[] drafts =
            [.. Enumerable.Range(0, plan.Posts).Select(_ => Moment(now - (Month * random.NextDouble()))).Order().Select(at => (at, authors[random.Next(authors.Length)]))];
        var pictures = Math.Min(plan.Pictures, drafts.Length);
        var bars = new PopulationBars(progress, plan, pictures);
        await load.RunAsync(async () =>
        {
            await peopleLoad.AddAsync(people, bars.People, cancel);
            await TokensAsync(plan, people, now, bars.Tokens, cancel);
            var follows = FollowsAsync(graph, people, ids, now, bars, cancel);
            var painted = await painting.PublishAsync([.. drafts[..pictures].Select(draft => (draft.At, ids[draft.Author]))], random, bars.Pictures, cancel);
            await follows;
            foreach (var lot in drafts.Skip(pictures).Chunk(PostsAtOnce))
            {
                var posts = lot.Select(draft => Again(ids[draft.Author], painted, draft.At)).OrderBy(pair => pair.Post.Id).ToList();
                await postLoad.AddAsync(posts, bars.Posts, cancel);
                await directory.LoadPostsAsync(posts.Select(pair => DirectoryListing.ListingOf(pair.Post, [pair.Photo.Description])), null, cancel);
            }
        }, cancel);
        await load.AnalyzeAsync(cancel);
        return ShareOfTopFifth([.. drafts.Select(draft => graph.Followers[draft.Author].Length)]);
    }

    private LoadedPerson[] People(int count, DateTimeOffset now)
    {
        // Signed up during a month, two months ago, one after another: ids ascend with their numbers.
        var (first, step) = (now - (2 * Month), Month / Math.Max(1, count));
        return [.. Enumerable.Range(0, count).Select(number =>
        {
            var (username, displayName) = Names.Of(number);
            var at = first + (number * step);
            return new LoadedPerson(
                new AccountId(IdLayout.Compose(at, random.Next(shards), random.Next(1 << IdLayout.SequenceBits))), username, $"{username}@population.example", displayName, 1960 + (number % 40), at);
        })];
    }

    private async Task TokensAsync(PopulationPlan plan, LoadedPerson[] people, DateTimeOffset now, Action<int> progress, CancellationToken cancel)
    {
        if (plan.TokensFile is null)
        {
            return;
        }
        LoadedPerson[] bearers = plan.TokensFor is { } some && some < people.Length ? [.. random.GetItems(people, 2 * some).Distinct().Take(some).OrderBy(person => person.Id)] : people;
        var tokens = await peopleLoad.IssueAsync([.. bearers.Select(person => person.Id)], TrustedApp.Token(now), now.AddMilliseconds(-bearers.Length), progress, cancel);
        await File.WriteAllLinesAsync(plan.TokensFile, bearers.Zip(tokens, (person, token) => $"{person.Username} {token}"), cancel);
    }

    private async Task FollowsAsync(FollowGraph graph, LoadedPerson[] people, AccountId[] ids, DateTimeOffset now, PopulationBars bars, CancellationToken cancel)
    {
        await followLoad.AddAsync(ids, graph.Following, graph.Followers, now - Month, bars.Follows, cancel);
        await directory.LoadPeopleAsync(
            people.Select((person, number) => DirectoryListing.ListingOf(person.Id, person.Username, person.DisplayName, graph.Followers[number].Length)), bars.Directory, cancel);
    }

    private (Post Post, Photo Photo) Again(AccountId author, IReadOnlyList<PaintedPhoto> painted, DateTimeOffset at)
    {
        var (shown, motif) = painted[random.Next(painted.Count)];
        past.Turn(at);
        var id = past.Ids.NextBeside<Post, Account>(author);
        var photo = shown with
        {
            Id = past.Ids.NextBeside<Photo, Account>(author), AccountId = author, PostId = id, Position = 0, CreatedAt = at,
            Secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        };
        return (PaintedPosts.Draft(author, motif, random) with { Id = id, State = PostState.Live, CreatedAt = at }, photo);
    }

    /// <summary>To the millisecond, as rows have it.</summary>
    private static DateTimeOffset Moment(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static double ShareOfTopFifth(long[] seen)
    {
        var all = seen.Sum();
        return all == 0 ? 0 : (double)seen.OrderDescending().Take((seen.Length + 4) / 5).Sum() / all;
    }
}
