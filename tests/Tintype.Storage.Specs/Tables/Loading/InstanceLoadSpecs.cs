using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Loading;
using Tintype.Storage.Tables.Moving;
using Tintype.Storage.Tables.Search;
using Xunit;

namespace Tintype.Storage.Specs.Tables.Loading;

/// <summary>Rows by the million are those that the app would have written one by one.</summary>
public sealed class InstanceLoadSpecs
{
    private const int People = 40;

    private static readonly SetClock Clock = new();
    private static readonly (int Follower, int Followee)[] Follows =
        [.. from follower in Enumerable.Range(0, People) from followee in Enumerable.Range(0, People) where follower != followee && (followee == 7 || (follower * followee) % 5 == 1) select (follower, followee)];

    [Theory, Backends]
    public async Task What_is_loaded_is_row_for_row_what_the_app_would_have_written(Backend on)
    {
        await using var loaded = await Store.OpenAsync(on, Clock);
        await using var written = await Store.OpenAsync(on, Clock);

        await LoadAsync(loaded);
        await WriteAsync(written);

        foreach (var table in MovedTable.All.Where(table => table.Name is not ("outbox" or "directory_tags" or "shared_keys" or "tokens")))
        {
            var (one, other) = (await TableHash.OfAllShardsAsync(loaded.Map, table, null, default), await TableHash.OfAllShardsAsync(written.Map, table, null, default));
            Assert.True(one == other, $"{table.FullName}: {one.Rows} rows {one}, expected {other.Rows} rows {other}");
        }
        // Heat is a sum of reals: the same but for the order of adding.
        Assert.Equal(await DirectoryOf(written).TopTagsAsync(10), await DirectoryOf(loaded).TopTagsAsync(10));
    }

    [Theory, Backends]
    public async Task Whoever_is_loaded_is_found_and_their_token_is_theirs(Backend on)
    {
        await using var store = await Store.OpenAsync(on, Clock);
        var bearers = await LoadAsync(store);

        Assert.Equal([Id(13)], (await DirectoryOf(store).FindPeopleAsync(["name13"], alike: false, 10)).Select(hit => hit.AccountId));
        Assert.Equal([Post(5).Post.Id], (await DirectoryOf(store).FindPostsAsync(["number5"], IdRange.Newest(10))).Items);
        Assert.Equal(NameKind.Username, await store.Accounts.CreateAsync(new Account { Id = store.Ids.NextAnywhere<Account>(), Username = "Name3" }));
        for (var number = 0; number < People; number++)
        {
            Assert.True(TokenTable.TryRead(bearers[number], out var id, out var secret));
            var token = (await store.Tokens.FindAsync(id))!;
            Assert.True(TokenTable.Matches(token, secret));
            Assert.Equal((Id(number), "read write"), (token.AccountId, token.Scopes));
        }
    }

    [Fact]
    public async Task SQLite_does_not_wait_for_the_disk_while_it_loads_has_everything_in_the_file_afterwards_and_waits_again()
    {
        await using var store = await Store.OpenAsync(Backend.Sqlite, Clock);
        var partition = store.Map.PartitionOf(new Shard(Cluster.Social, 0));
        Task<long> Synchronous() => partition.WriteAsync(session => session.ScalarAsync<long>("PRAGMA synchronous"));
        var meanwhile = -1L;

        await Load(store).RunAsync(async () =>
        {
            await LoadRowsAsync(store);
            meanwhile = await Synchronous();
        });

        Assert.Equal((0, 2), (meanwhile, await Synchronous()));
        var copy = Path.Combine(Directory.CreateTempSubdirectory("tintype-load-").FullName, "social.db");
        File.Copy(partition.Database.Name, copy);
        await using (var map = EmbeddedStorage.Open(Path.GetDirectoryName(copy)!, Store.Shards))
        {
            Assert.Equal(Follows.Length, (await TableHash.OfAllShardsAsync(map, MovedTable.All.Single(table => table.Name == "followers"), null, default)).Rows);
        }
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
    }

    private static AccountId Id(int number) => new(IdLayout.Compose(Clock.GetUtcNow().AddDays(-60).AddMilliseconds(number), number % Store.Shards, 5));

    private static InstanceLoad Load(Store store) => new(store.Router);

    private static DirectoryTable DirectoryOf(Store store) => new(store.Router);

    private static ListedPerson Listed(int number) =>
        new(Id(number), $"name{number}", [$"name{number}", "Person"], Follows.Count(pair => pair.Followee == number));

    private static (Post Post, Photo Photo) Post(int number)
    {
        var (author, at) = (Id(number * 3 % People), Clock.GetUtcNow().AddHours(number - 100));
        var id = new PostId(IdLayout.Compose(at, author.Shard, 1));
        return (
            new Post { Id = id, AccountId = author, Caption = $"It's number{number} #tag{number % 3}", Place = number % 2 == 0 ? new Place("Porto", "Portugal") : null, Language = "en", State = PostState.Live, CreatedAt = at },
            new Photo
            {
                Id = new MediaId(IdLayout.Compose(at, author.Shard, 2)), AccountId = author, PostId = id, State = MediaState.Live, Secret = "s", Sha256 = "h", ContentType = "image/jpeg",
                Bytes = 12_345, Width = 640, Height = 480, BlurHash = number % 2 == 0 ? "LEHV" : null, Description = "A \"picture\"", RenditionPrefix = "photos/1", CreatedAt = at,
            });
    }

    private static ListedPost Listed(Post post, int number) => new(
        post.Id, post.AccountId, ["its", $"number{number}", $"tag{number % 3}"], [$"tag{number % 3}"], post.Place is null ? null : new ListedPlace("porto-portugal", "porto", "Porto", "Portugal"), 1.5 * number);

    private static async Task<IReadOnlyList<string>> LoadAsync(Store store)
    {
        IReadOnlyList<string> bearers = [];
        await Load(store).RunAsync(async () => bearers = await LoadRowsAsync(store));
        await Load(store).AnalyzeAsync();
        return bearers;
    }

    private static async Task<IReadOnlyList<string>> LoadRowsAsync(Store store)
    {
        var load = Load(store);
        AccountId[] ids = [.. Enumerable.Range(0, People).Select(Id)];
        await new PeopleLoad(load, store.Accounts).AddAsync([.. ids.Select((id, number) =>
            new LoadedPerson(id, $"name{number}", $"{number}@example.org", $"Person {number}", 1990, Clock.GetUtcNow()))]);
        var following = PackedLists.Of(People, Follows);
        await new FollowLoad(load).AddAsync(ids, following, following.Turned(), Clock.GetUtcNow());
        await new PostLoad(load).AddAsync([.. Enumerable.Range(0, 30).Select(Post)]);
        await DirectoryOf(store).LoadPeopleAsync(Enumerable.Range(0, People).Select(Listed));
        await DirectoryOf(store).LoadPostsAsync(Enumerable.Range(0, 30).Select(number => Listed(Post(number).Post, number)));
        return await new PeopleLoad(load, store.Accounts).IssueAsync(ids, new AccessToken { Kind = TokenKind.OAuth, Scopes = "read write" }, Clock.GetUtcNow().AddDays(-1));
    }

    private static async Task WriteAsync(Store store)
    {
        for (var number = 0; number < People; number++)
        {
            Assert.Null(await store.Accounts.CreateAsync(new Account
            {
                Id = Id(number), Username = $"name{number}", Email = $"{number}@example.org", DisplayName = $"Person {number}", BirthYear = 1990, CreatedAt = Clock.GetUtcNow(),
            }));
            await DirectoryOf(store).PutPersonAsync(Listed(number));
        }
        foreach (var (follower, followee) in Follows)
        {
            await store.Follows.FollowAsync(Id(follower), Id(followee), asks: false);
            await store.Follows.CopyAsync(Id(follower), Id(followee));
        }
        for (var number = 0; number < 30; number++)
        {
            var (post, photo) = Post(number);
            await store.Posts.AddLiveAsync(post, [photo]);
            await DirectoryOf(store).PutPostAsync(Listed(post, number));
        }
    }
}
