using Tintype.Storage.Model;
using Tintype.Storage.Specs.Backends;
using Tintype.Storage.Tables.Search;
using Xunit;

namespace Tintype.Storage.Specs.Tables;

public sealed class DirectoryTableSpecs
{
    [Theory, Backends]
    public async Task Names_are_found_by_the_beginnings_of_their_words_the_most_followed_first(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var directory = new DirectoryTable(store.Router);
        var anna = await PersonAsync(store, directory, "Anna Smith", 5);
        var annabel = await PersonAsync(store, directory, "Annabel Smithson", 50);
        await PersonAsync(store, directory, "Joanna Blacksmith", 500);

        Assert.Equal([annabel, anna], await FoundAsync("an"));
        Assert.Equal([annabel, anna], await FoundAsync("smi ann"));
        Assert.Equal([annabel], await FoundAsync("smiths"));
        Assert.Empty(await FoundAsync("mith"));

        async Task<IEnumerable<AccountId>> FoundAsync(string typed) =>
            (await directory.FindPeopleAsync(FoldedWords.Of(typed), alike: false, 10)).Select(hit => hit.AccountId);
    }

    [Theory, Backends]
    public async Task Names_spelled_alike_are_among_the_candidates(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var directory = new DirectoryTable(store.Router);
        var katherine = await PersonAsync(store, directory, "Katherine", 0);
        var john = await PersonAsync(store, directory, "John", 0);
        for (var i = 0; i < 50; i++)
        {
            await PersonAsync(store, directory, $"Person Number{i}", 0);
        }

        foreach (var (typed, meant) in new[] { ("katharine", katherine), ("kahterine", katherine), ("jhon", john), ("catherine", katherine) })
        {
            Assert.Contains(meant, (await directory.FindPeopleAsync(FoldedWords.Of(typed), alike: true, 10)).Select(hit => hit.AccountId));
        }
    }

    [Theory, Backends]
    public async Task A_renamed_person_is_found_by_the_new_name_alone(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var directory = new DirectoryTable(store.Router);
        var person = await PersonAsync(store, directory, "Before", 0);

        await directory.PutPersonAsync(new ListedPerson(person, "after", FoldedWords.Of("After"), 0));

        Assert.Empty(await directory.FindPeopleAsync(["before"], alike: false, 10));
        Assert.Single(await directory.FindPeopleAsync(["after"], alike: false, 10));
        await directory.RemovePersonAsync(person);
        Assert.Empty(await directory.FindPeopleAsync(["after"], alike: true, 10));
    }

    [Theory, Backends]
    public async Task Posts_are_found_by_all_words_newest_first_and_paged(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var directory = new DirectoryTable(store.Router);
        var posts = new List<PostId>();
        for (var i = 0; i < 5; i++)
        {
            posts.Add(await PostAsync(store, directory, "Blue hour over Tromsø", [], null));
        }
        await PostAsync(store, directory, "Blue only", [], null);

        var first = await directory.FindPostsAsync(FoldedWords.Of("blue tromso"), IdRange.Newest(3));
        var second = await directory.FindPostsAsync(FoldedWords.Of("blue tro"), IdRange.Newest(3, first.Items[^1].Value));
        var above = await directory.FindPostsAsync(FoldedWords.Of("blue hour"), new IdRange(long.MaxValue, posts[0].Value, true, 2));

        Assert.Equal([posts[4], posts[3], posts[2]], first.Items);
        Assert.True(first.More);
        Assert.Equal([posts[1], posts[0]], second.Items);
        Assert.False(second.More);
        Assert.Equal([posts[2], posts[1]], above.Items);
    }

    [Theory, Backends]
    public async Task Putting_a_post_twice_and_changing_it_moves_tags_and_places_by_the_difference(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var directory = new DirectoryTable(store.Router);
        var reine = new ListedPlace("reine-norway", "reine", "Reine", "Norway");
        var oslo = new ListedPlace("oslo-norway", "oslo", "Oslo", "Norway");
        var post = await PostAsync(store, directory, "one", ["fjord", "dusk"], reine);
        await PutAsync(directory, post, "one", ["fjord", "dusk"], reine);
        await PostAsync(store, directory, "two", ["dusk"], reine);

        await PutAsync(directory, post, "uno", ["dusk", "dawn"], oslo);

        Assert.Equal([("dusk", 2L), ("dawn", 1L)], (await directory.TopTagsAsync(10)).OrderByDescending(tag => tag.Posts).Select(tag => (tag.Tag, tag.Posts)));
        Assert.Equal([("dawn", 1L)], (await directory.FindTagsAsync("da", 10)).Select(tag => (tag.Tag, tag.Posts)));
        Assert.Equal(0, await directory.CountOfTagAsync("fjord"));
        Assert.Equal(1, Assert.Single(await directory.PlacesAsync("oslo")).Posts);
        Assert.Equal(1, Assert.Single(await directory.FindPlacesAsync(["rein"], alike: false, 10)).Posts);
        Assert.Equal([post], (await directory.PostsOfPlaceAsync("oslo-norway", IdRange.Newest(10))).Items);
        Assert.Empty((await directory.FindPostsAsync(["one"], IdRange.Newest(10))).Items);
        Assert.Equal([post], (await directory.FindPostsAsync(["uno"], IdRange.Newest(10))).Items);
    }

    [Theory, Backends]
    public async Task A_removed_post_is_nowhere_any_more_and_may_be_removed_again(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var directory = new DirectoryTable(store.Router);
        var post = await PostAsync(store, directory, "gone", ["dusk"], new ListedPlace("reine", "reine", "Reine", null));

        await directory.RemovePostAsync(post);
        await directory.RemovePostAsync(post);

        Assert.Empty((await directory.FindPostsAsync(["gone"], IdRange.Newest(10))).Items);
        Assert.Empty((await directory.PostsOfTagAsync("dusk", IdRange.Newest(10))).Items);
        Assert.Empty((await directory.PostsAsync(IdRange.Newest(10))).Items);
        Assert.Empty(await directory.TopTagsAsync(10));
        Assert.Empty(await directory.PlacesAsync("reine"));
        Assert.Empty(await directory.TopPostsAsync(10, 0));
    }

    [Theory, Backends]
    public async Task Posts_that_share_tags_and_are_put_at_once_are_all_counted(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var directory = new DirectoryTable(store.Router);
        var place = new ListedPlace("reine", "reine", "Reine", null);

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (turn, _) =>
            await PostAsync(store, directory, "x", turn % 2 == 0 ? ["dusk", "fjord"] : ["fjord", "dusk"], place));

        Assert.Equal(40, await directory.CountOfTagAsync("dusk"));
        Assert.Equal(40, await directory.CountOfTagAsync("fjord"));
        Assert.Equal(40, (await directory.PlacesAsync("reine"))[0].Posts);
    }

    [Theory, Backends]
    public async Task Scores_order_explore_and_zero_keeps_out(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var directory = new DirectoryTable(store.Router);
        var (low, high, hidden) = (store.Ids.Next<Post>(1), store.Ids.Next<Post>(1), store.Ids.Next<Post>(1));
        foreach (var (post, score) in new[] { (low, 1.0), (high, 2.0), (hidden, 0.0) })
        {
            await directory.PutPostAsync(new ListedPost(post, store.Ids.Next<Account>(1), [], [], null, score));
        }

        Assert.Equal([high, low], await directory.TopPostsAsync(10, 0));
        await directory.ScoreAsync(low, 3);
        Assert.Equal([low, high], await directory.TopPostsAsync(10, 0));
        Assert.Equal([high], await directory.TopPostsAsync(10, 1));
    }

    [Fact]
    public void Words_are_folded_alike_whatever_the_alphabet()
    {
        Assert.Equal(["angstrom", "strasse", "oeuvre", "zolty"], FoldedWords.Of("Ångström, STRASSE... Œuvre #Żółty"));
        Assert.Equal(["москва", "αθήνα"], FoldedWords.Of("МОСКВА/Αθήνα"));
        Assert.Equal(["富", "士", "山", "2024"], FoldedWords.Of("富士山2024"));
        Assert.Equal(["cafe"], FoldedWords.Of("cafe\u0301"));
        Assert.Equal(["or"], FoldedWords.Of("\"' OR -- ; 🌅 * ()"));
    }

    private static async Task<AccountId> PersonAsync(Store store, DirectoryTable directory, string name, long followers)
    {
        var id = store.Ids.Next<Account>(1);
        await directory.PutPersonAsync(new ListedPerson(id, string.Concat(FoldedWords.Of(name)), FoldedWords.Of(name), followers));
        return id;
    }

    private static async Task<PostId> PostAsync(Store store, DirectoryTable directory, string caption, IReadOnlyList<string> tags, ListedPlace? place)
    {
        var id = store.Ids.Next<Post>(1);
        await PutAsync(directory, id, caption, tags, place);
        return id;
    }

    private static Task PutAsync(DirectoryTable directory, PostId id, string caption, IReadOnlyList<string> tags, ListedPlace? place) =>
        directory.PutPostAsync(new ListedPost(id, new AccountId(1), FoldedWords.Of(caption), tags, place, 1));
}
