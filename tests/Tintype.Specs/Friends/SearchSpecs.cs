using System.Net;
using System.Text.Json;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Friends;

public sealed class SearchSpecs(World world) : IClassFixture<World>
{
    [Theory]
    [InlineData("kath")]
    [InlineData("KATHERINE")]
    [InlineData("katharine")]
    [InlineData("kahterine")]
    [InlineData("johansson")]
    [InlineData("Jóhansson")]
    [InlineData("katherine.joh")]
    [InlineData("katherinejoh")]
    [InlineData("joh kath")]
    [InlineData("@katherine.j")]
    public async Task People_are_found_by_beginning_and_misspelled(string typed)
    {
        await NamedAsync("katherine.j", "Katherine Jóhansson");
        await NamedAsync("bartholomew", "Bartholomew Smith");
        await world.JobsDone();

        var found = await SearchAsync(typed, "accounts");

        Assert.Equal(["katherine.j"], found.Accounts);
    }

    [Fact]
    public async Task The_very_name_comes_first_then_who_has_more_followers()
    {
        var plain = await NamedAsync("mara", "Mara");
        var popular = await NamedAsync("marabelle", "Mara Belle");
        var other = await NamedAsync("marabu", "Marabu");
        foreach (var fan in new[] { await world.Alice, await world.Bob, plain })
        {
            await fan.PostAsync($"/api/v1/accounts/{popular.Id}/follow");
        }
        await world.JobsDone();

        Assert.Equal(["mara", "marabelle", "marabu"], (await SearchAsync("mara")).Accounts);
        Assert.Equal(["marabelle", "marabu", "mara"], (await SearchAsync("marab")).Accounts);
        Assert.NotNull(other);
    }

    [Fact]
    public async Task Photos_are_found_by_words_of_caption_place_and_description()
    {
        var author = await world.PersonAsync("wordy");
        var post = await world.PostAsync(author, "Crépuscule over the quarry, after rain");
        await world.JobsDone();

        Assert.Contains(post.ToString(), (await SearchAsync("quarry")).Statuses);
        Assert.Contains(post.ToString(), (await SearchAsync("crepuscule qua")).Statuses);
        Assert.DoesNotContain(post.ToString(), (await SearchAsync("quarry beach")).Statuses);
        Assert.DoesNotContain(post.ToString(), (await SearchAsync("arry")).Statuses);
        Assert.Contains(post.ToString(), (await SearchAsync("\"quarry\" OR (NEAR* -")).Statuses.Concat([post.ToString()]));
    }

    [Fact]
    public async Task Tags_are_found_by_beginning_and_lead_to_their_photos()
    {
        var author = await world.PersonAsync("tagger");
        var first = await world.PostAsync(author, "one #bluehour #Fjord");
        var second = await world.PostAsync(author, "two #bluehour");
        await world.JobsDone();

        Assert.Equal(["bluehour"], (await SearchAsync("#blueh")).Hashtags);
        var timeline = await GetAsync("/api/v1/timelines/tag/BlueHour");
        Assert.Equal([second.ToString(), first.ToString()], Ids(timeline));
        Assert.Equal("bluehour", (await GetAsync("/api/v1/tags/BlueHour")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Places_are_found_and_have_a_page()
    {
        var author = await world.PersonAsync("traveller");
        await PostAtAsync(author, new Place("Reine", "Norway"));
        await world.JobsDone();

        var suggestions = await GetAsync("/search/suggest?q=rein");
        Assert.Contains(suggestions.EnumerateArray(), line => line.GetProperty("text").GetString() == "Reine, Norway" && line.GetProperty("url").GetString() == "/places/Reine");
        using var page = await world.Stranger.GetAsync("/places/Reine");
        Assert.Contains("Reine, Norway", await page.Content.ReadAsStringAsync());
        Assert.Single((await SearchAsync("reine norway")).Statuses);
    }

    [Fact]
    public async Task Photos_of_private_and_hidden_people_are_never_found()
    {
        var shy = await world.PersonAsync("shy_one", isPrivate: true);
        var hidden = await world.PersonAsync("hidden_one");
        await ChangeAsync(hidden, account => account with { IsDiscoverable = false });
        await world.PostAsync(shy, "zanzibar by shy");
        await world.PostAsync(hidden, "zanzibar by hidden");
        await world.PostAsync(await world.Alice, "zanzibar for followers", Visibility.Followers);
        await world.PostAsync(await world.Alice, "zanzibar unlisted", Visibility.Unlisted);
        var seen = await world.PostAsync(await world.Alice, "zanzibar for everybody");
        await world.JobsDone();

        Assert.Equal([seen.ToString()], (await SearchAsync("zanzibar")).Statuses);
        Assert.DoesNotContain("hidden_one", (await SearchAsync("hidden")).Accounts);
        Assert.Contains("shy_one", (await SearchAsync("shy")).Accounts);
    }

    [Fact]
    public async Task Photos_leave_and_return_with_the_door_of_their_account()
    {
        var author = await world.PersonAsync("swinging");
        var post = await world.PostAsync(author, "pendulum");
        await world.JobsDone();

        await ChangeAsync(author, account => account with { IsPrivate = true });
        await world.JobsDone();
        Assert.Empty(await ListedAsync(author));
        await ChangeAsync(author, account => account with { IsPrivate = false });
        await world.JobsDone();
        Assert.Equal([post], await ListedAsync(author));
    }

    [Fact]
    public async Task Blocked_people_and_their_photos_are_not_shown_to_each_other()
    {
        var (one, other) = (await world.PersonAsync("wall_one"), await world.PersonAsync("wall_two"));
        await world.PostAsync(one, "masonry");
        await world.JobsDone();
        await one.PostAsync($"/api/v1/accounts/{other.Id}/block");

        var found = await other.GetAsync("/api/v2/search?q=masonry");
        Assert.Empty(Ids(found.GetProperty("statuses")));
        Assert.DoesNotContain("wall_one", Names((await other.GetAsync("/api/v2/search?q=wall")).GetProperty("accounts")));
        Assert.Single((await SearchAsync("masonry")).Statuses);
    }

    [Fact]
    public async Task Muted_people_stay_out_of_public_timelines()
    {
        var (one, loud) = (await world.PersonAsync("quiet"), await world.PersonAsync("loud"));
        var post = await world.PostAsync(loud, "noise");
        await world.JobsDone();

        await one.PostAsync($"/api/v1/accounts/{loud.Id}/mute");

        Assert.DoesNotContain(post.ToString(), Ids(await one.GetAsync("/api/v1/timelines/public")));
        Assert.Contains(post.ToString(), Ids(await loud.GetAsync("/api/v1/timelines/public?max_id=0&limit=40")));
    }

    [Fact]
    public async Task What_strangers_find_may_be_cached_and_what_I_find_may_not()
    {
        await world.JobsDone(); // Numbers are as they stay.
        foreach (var path in new[] { "/api/v2/search?q=anything", "/search?q=anything", "/explore", "/tags/anything", "/api/v1/timelines/public", "/search/suggest?q=any" })
        {
            using var first = await world.Stranger.GetAsync(path);
            Assert.True(first.Headers.CacheControl is { Public: true, MaxAge: not null }, path);
            Assert.Contains("stale-while-revalidate=", first.Headers.CacheControl!.ToString());
            Assert.Contains("Authorization", first.Headers.Vary);
            Assert.Contains("Cookie", first.Headers.Vary);
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var again = await world.Stranger.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            using var mine = await (await world.Alice).Http.GetAsync(path);
            Assert.False(mine.Headers.CacheControl?.Public ?? false, path);
            Assert.True(mine.Headers.CacheControl is { Private: true }, path);
        }
    }

    [Fact]
    public async Task An_empty_search_answers_all_three_lists()
    {
        var found = await GetAsync("/api/v2/search?q=%20%21");

        Assert.Equal([0, 0, 0], new[] { "accounts", "statuses", "hashtags" }.Select(list => found.GetProperty(list).GetArrayLength()));
    }

    [Fact]
    public async Task Only_the_followed_are_found_when_asked_so()
    {
        var (me, friend, other) = (await world.PersonAsync("seeker"), await world.PersonAsync("peregrine_a"), await world.PersonAsync("peregrine_b"));
        await me.PostAsync($"/api/v1/accounts/{friend.Id}/follow");
        await world.JobsDone();

        Assert.Equal(["peregrine_a"], Names(await me.GetAsync("/api/v1/accounts/search?q=peregrine&following=true")));
        Assert.Equal(2, (await me.GetAsync("/api/v1/accounts/search?q=peregrine")).GetArrayLength());
        Assert.NotNull(other);
    }

    private async Task<PersonInWorld> NamedAsync(string username, string displayName)
    {
        var person = await world.PersonAsync(username);
        await ChangeAsync(person, account => account with { DisplayName = displayName });
        return person;
    }

    private async Task ChangeAsync(PersonInWorld person, Func<Account, Account> change)
    {
        var accounts = world.Get<AccountTable>();
        await accounts.UpdateProfileAsync(change((await accounts.FindAsync(person.Id))!));
        await world.Get<Tintype.Cards.People>().ForgetAsync(person.Id);
    }

    private async Task<IReadOnlyList<PostId>> ListedAsync(PersonInWorld author) =>
        (await world.Get<Tintype.Storage.Tables.Search.DirectoryTable>().PostsOfAsync(author.Id, IdRange.Newest(10))).Items;

    private async Task PostAtAsync(PersonInWorld author, Place place)
    {
        var id = world.Get<IdGenerator>().NextBeside<Post, Account>(author.Id);
        await world.Get<PostTable>().AddLiveAsync(
            new Post { Id = id, AccountId = author.Id, Caption = "here", Place = place, State = PostState.Live, CreatedAt = TimeProvider.System.GetUtcNow() }, []);
    }

    private async Task<(List<string> Accounts, List<string> Statuses, List<string> Hashtags)> SearchAsync(string query, string? type = null)
    {
        var found = await GetAsync($"/api/v2/search?q={Uri.EscapeDataString(query)}{(type is null ? "" : $"&type={type}")}");
        return (Names(found.GetProperty("accounts")), Ids(found.GetProperty("statuses")), [.. found.GetProperty("hashtags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()!)]);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await world.Stranger.GetAsync(path);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"GET {path}: {(int)answer.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    private static List<string> Ids(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    private static List<string> Names(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetProperty("username").GetString()!)];
}
