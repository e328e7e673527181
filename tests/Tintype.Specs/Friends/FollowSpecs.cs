using System.Net;
using System.Text.Json;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Friends;

public sealed class FollowSpecs(World world) : IClassFixture<World>
{
    public enum Deed { Follow, Unfollow, Accept, Reject, Remove }

    /// <summary>Every state of a pair, what is done to it, and what becomes of it.</summary>
    [Theory]
    [InlineData(FollowState.None, Deed.Follow, false, FollowState.Active)]
    [InlineData(FollowState.None, Deed.Follow, true, FollowState.Requested)]
    [InlineData(FollowState.None, Deed.Unfollow, false, FollowState.None)]
    [InlineData(FollowState.None, Deed.Accept, true, FollowState.None)]
    [InlineData(FollowState.None, Deed.Reject, true, FollowState.None)]
    [InlineData(FollowState.None, Deed.Remove, false, FollowState.None)]
    [InlineData(FollowState.Requested, Deed.Follow, true, FollowState.Requested)]
    [InlineData(FollowState.Requested, Deed.Follow, false, FollowState.Active)]
    [InlineData(FollowState.Requested, Deed.Unfollow, true, FollowState.None)]
    [InlineData(FollowState.Requested, Deed.Accept, true, FollowState.Active)]
    [InlineData(FollowState.Requested, Deed.Reject, true, FollowState.None)]
    [InlineData(FollowState.Requested, Deed.Remove, true, FollowState.None)]
    [InlineData(FollowState.Active, Deed.Follow, true, FollowState.Active)]
    [InlineData(FollowState.Active, Deed.Follow, false, FollowState.Active)]
    [InlineData(FollowState.Active, Deed.Unfollow, false, FollowState.None)]
    [InlineData(FollowState.Active, Deed.Accept, true, FollowState.Active)]
    [InlineData(FollowState.Active, Deed.Reject, true, FollowState.Active)]
    [InlineData(FollowState.Active, Deed.Remove, true, FollowState.None)]
    public async Task A_follow_goes_through_its_states(FollowState before, Deed deed, bool asks, FollowState after)
    {
        var follows = world.Get<FollowTable>();
        // Private: who waits at an open door is let in by a job, sooner or later.
        var (fan, star) = await PairAsync($"{before}{deed}{asks}".ToLowerInvariant(), isPrivate: true);
        if (before != FollowState.None)
        {
            await follows.FollowAsync(fan.Id, star.Id, asks: before == FollowState.Requested);
        }

        await (deed switch
        {
            Deed.Follow => follows.FollowAsync(fan.Id, star.Id, asks),
            Deed.Accept or Deed.Reject => follows.AnswerRequestAsync(fan.Id, star.Id, deed == Deed.Accept),
            _ => (Task)follows.EndAsync(fan.Id, star.Id),
        });

        Assert.Equal(after, (await follows.FindAsync(fan.Id, star.Id))?.State ?? FollowState.None);
        await AssertEqualOnBothSidesAsync(fan, star);
    }

    [Fact]
    public async Task Fifty_at_once_leave_both_sides_equal()
    {
        var (fan, star) = await PairAsync("race");

        await Parallel.ForEachAsync(Enumerable.Range(0, 50), new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (turn, _) =>
            await fan.PostAsync($"/api/v1/accounts/{star.Id}/{(turn % 2 == 0 ? "follow" : "unfollow")}"));

        await AssertEqualOnBothSidesAsync(fan, star);
        await world.JobsDone();
        await AssertEqualOnBothSidesAsync(fan, star);
    }

    [Fact]
    public async Task A_follow_whose_process_died_between_the_shards_is_copied_by_the_outbox()
    {
        var (fan, star) = await PairAsync("crash");

        await world.Get<FollowTable>().FollowAsync(fan.Id, star.Id, asks: false);

        await World.Until(async () => await CopyAsync(fan, star) == FollowState.Active, "the copy is there");
        await AssertEqualOnBothSidesAsync(fan, star);
    }

    [Fact]
    public async Task Following_answers_the_relationship_and_counts_at_once()
    {
        var (fan, star) = await PairAsync("counts");

        var answer = await fan.PostAsync($"/api/v1/accounts/{star.Id}/follow");
        var again = await fan.PostAsync($"/api/v1/accounts/{star.Id}/follow");

        Assert.True(answer.GetProperty("following").GetBoolean());
        Assert.Equal(answer.ToString(), again.ToString());
        var seen = (await star.GetAsync($"/api/v1/accounts/relationships?id[]={fan.Id}"))[0];
        Assert.True(seen.GetProperty("followed_by").GetBoolean());
        Assert.False(seen.GetProperty("following").GetBoolean());
        Assert.Equal(1, (await world.Get<CountTable>().GetAsync([star.Id]))[star.Id].Followers);
    }

    [Fact]
    public async Task A_private_account_is_asked_and_answers()
    {
        var star = await world.PersonAsync("shy", isPrivate: true);
        var (welcome, unwelcome) = await PairAsync("guest");

        Assert.True((await welcome.PostAsync($"/api/v1/accounts/{star.Id}/follow")).GetProperty("requested").GetBoolean());
        await unwelcome.PostAsync($"/api/v1/accounts/{star.Id}/follow");
        Assert.Equal(2, (await star.GetAsync("/api/v1/follow_requests")).GetArrayLength());
        Assert.Equal(2, (await world.Get<CountTable>().GetAsync([star.Id]))[star.Id].Requests);
        await star.PostAsync($"/api/v1/follow_requests/{welcome.Id}/authorize");
        await star.PostAsync($"/api/v1/follow_requests/{unwelcome.Id}/reject");

        Assert.True((await welcome.GetAsync($"/api/v1/accounts/relationships?id={star.Id}"))[0].GetProperty("following").GetBoolean());
        var refused = (await unwelcome.GetAsync($"/api/v1/accounts/relationships?id[]={star.Id}"))[0];
        Assert.False(refused.GetProperty("following").GetBoolean() || refused.GetProperty("requested").GetBoolean());
        Assert.Equal([welcome.Id.ToString()], Ids(await welcome.GetAsync($"/api/v1/accounts/{star.Id}/followers")));
        Assert.Empty(Ids(await unwelcome.GetAsync($"/api/v1/accounts/{star.Id}/followers")));
    }

    [Fact]
    public async Task Who_waits_at_the_door_is_let_in_when_it_opens()
    {
        var star = await world.PersonAsync("opening", isPrivate: true);
        var (fan, _) = await PairAsync("waiting");
        await fan.PostAsync($"/api/v1/accounts/{star.Id}/follow");

        var accounts = world.Get<AccountTable>();
        await accounts.UpdateProfileAsync((await accounts.FindAsync(star.Id))! with { IsPrivate = false });

        await World.Until(async () => (await world.Get<FollowTable>().FindAsync(fan.Id, star.Id))?.State == FollowState.Active, "let in");
        await AssertEqualOnBothSidesAsync(fan, star);
    }

    [Fact]
    public async Task A_block_ends_both_follows_and_nobody_follows_across_it()
    {
        var (one, other) = await PairAsync("block");
        await one.PostAsync($"/api/v1/accounts/{other.Id}/follow");
        await other.PostAsync($"/api/v1/accounts/{one.Id}/follow");

        var answer = await one.PostAsync($"/api/v1/accounts/{other.Id}/block");

        Assert.True(answer.GetProperty("blocking").GetBoolean());
        Assert.False(answer.GetProperty("following").GetBoolean() || answer.GetProperty("followed_by").GetBoolean());
        await AssertEqualOnBothSidesAsync(one, other);
        await AssertEqualOnBothSidesAsync(other, one);
        Assert.Equal(HttpStatusCode.NotFound, await StatusOfPostAsync(other, $"/api/v1/accounts/{one.Id}/follow"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusOfPostAsync(one, $"/api/v1/accounts/{other.Id}/follow"));
        Assert.Equal(HttpStatusCode.NotFound, await other.StatusOfGetAsync($"/api/v1/accounts/{one.Id}/followers"));
        Assert.Equal([other.Id.ToString()], Ids(await one.GetAsync("/api/v1/blocks")));
        await one.PostAsync($"/api/v1/accounts/{other.Id}/unblock");
        Assert.True((await other.PostAsync($"/api/v1/accounts/{one.Id}/follow")).GetProperty("following").GetBoolean());
    }

    [Fact]
    public async Task A_block_and_a_follow_at_the_same_time_leave_no_follow()
    {
        for (var round = 0; round < 10; round++)
        {
            var (one, other) = await PairAsync($"clash{round}");

            await Task.WhenAll(
                one.Http.PostAsync($"/api/v1/accounts/{other.Id}/block", null),
                other.Http.PostAsync($"/api/v1/accounts/{one.Id}/follow", null));
            await world.JobsDone();

            Assert.Equal(FollowState.None, (await world.Get<FollowTable>().FindAsync(other.Id, one.Id))?.State ?? FollowState.None);
            await AssertEqualOnBothSidesAsync(other, one);
        }
    }

    [Fact]
    public async Task Muting_is_known_to_the_muter_alone()
    {
        var (one, other) = await PairAsync("mute");

        Assert.True((await one.PostAsync($"/api/v1/accounts/{other.Id}/mute")).GetProperty("muting").GetBoolean());

        Assert.Equal([other.Id.ToString()], Ids(await one.GetAsync("/api/v1/mutes")));
        Assert.False((await other.GetAsync($"/api/v1/accounts/relationships?id[]={one.Id}"))[0].GetProperty("muting").GetBoolean());
        Assert.False((await one.PostAsync($"/api/v1/accounts/{other.Id}/unmute")).GetProperty("muting").GetBoolean());
    }

    [Fact]
    public async Task Nobody_follows_themselves_or_somebody_unknown()
    {
        var alice = await world.Alice;

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusOfPostAsync(alice, $"/api/v1/accounts/{alice.Id}/follow"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOfPostAsync(alice, "/api/v1/accounts/1234567890123/follow"));
        using var stranger = await world.Stranger.PostAsync($"/api/v1/accounts/{alice.Id}/follow", null);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public async Task Lists_are_paged_by_Link_until_it_ends()
    {
        var star = await world.PersonAsync("listed");
        var fans = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            var fan = await world.PersonAsync($"fan{i}");
            await fan.PostAsync($"/api/v1/accounts/{star.Id}/follow");
            fans.Add(fan.Id.ToString());
        }

        var found = new List<string>();
        var next = $"/api/v1/accounts/{star.Id}/followers?limit=3";
        for (var pages = 0; next is not null; pages++)
        {
            Assert.InRange(pages, 0, 3);
            using var answer = await world.Stranger.GetAsync(next);
            found.AddRange(Ids(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement));
            next = answer.Headers.TryGetValues("Link", out var link) ? Next(link.Single()) : null;
        }

        Assert.Equal(fans.Select(long.Parse).OrderDescending(), found.Select(long.Parse));
    }

    [Fact]
    public async Task An_import_writes_both_sides_and_counts_and_may_be_repeated()
    {
        var people = new List<PersonInWorld>();
        for (var i = 0; i < 16; i++)
        {
            people.Add(await world.PersonAsync($"imported{i}"));
        }
        var pairs = (from one in people from other in people select (one.Id, other.Id)).ToList();

        var added = await world.Get<FollowImport>().AddAsync(pairs);
        var again = await world.Get<FollowImport>().AddAsync(pairs);

        Assert.Equal(16 * 15, added);
        Assert.Equal(0, again);
        var counts = await world.Get<CountTable>().GetAsync([.. people.Select(person => person.Id)]);
        Assert.All(counts.Values, count => Assert.Equal((15, 15), (count.Followers, count.Following)));
        await AssertEqualOnBothSidesAsync(people[0], people[15]);
    }

    [Fact]
    public async Task A_removed_follower_is_gone_and_may_come_back()
    {
        var (fan, star) = await PairAsync("remove");
        await fan.PostAsync($"/api/v1/accounts/{star.Id}/follow");

        await star.PostAsync($"/api/v1/accounts/{fan.Id}/remove_from_followers");

        Assert.Empty(Ids(await fan.GetAsync($"/api/v1/accounts/{star.Id}/followers")));
        Assert.True((await fan.PostAsync($"/api/v1/accounts/{star.Id}/follow")).GetProperty("following").GetBoolean());
    }

    private async Task<(PersonInWorld One, PersonInWorld Other)> PairAsync(string name, bool isPrivate = false) =>
        (await world.PersonAsync($"{name}_a"), await world.PersonAsync($"{name}_b", isPrivate));

    private async Task<FollowState> CopyAsync(PersonInWorld fan, PersonInWorld star) =>
        (await world.Get<FollowTable>().AmongFollowersAsync(star.Id, [fan.Id])).GetValueOrDefault(fan.Id);

    /// <summary>The copy says what the truth says, and the counts of two people who have to do with nobody else agree.</summary>
    private async Task AssertEqualOnBothSidesAsync(PersonInWorld fan, PersonInWorld star)
    {
        var follows = world.Get<FollowTable>();
        await follows.CopyAsync(fan.Id, star.Id);
        var truth = (await follows.FindAsync(fan.Id, star.Id))?.State ?? FollowState.None;
        Assert.Equal(truth, await CopyAsync(fan, star));
        foreach (var person in new[] { fan, star })
        {
            // Counts are read from followers, which may not have what another process wrote a moment ago.
            await World.Until(async () => (await world.Get<CountTable>().GetAsync([person.Id]))[person.Id] is var counts
                && counts.Followers == (await follows.FollowersAsync(person.Id, FollowState.Active, IdRange.Newest(100))).Items.Count
                && counts.Requests == (await follows.FollowersAsync(person.Id, FollowState.Requested, IdRange.Newest(100))).Items.Count
                && counts.Following == (await follows.FollowingAsync(person.Id, FollowState.Active, IdRange.Newest(100))).Items.Count, "counts agree with lists", seconds: 20);
        }
    }

    private static async Task<HttpStatusCode> StatusOfPostAsync(PersonInWorld person, string path)
    {
        using var answer = await person.Http.PostAsync(path, null);
        return answer.StatusCode;
    }

    private static List<string> Ids(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    private static string? Next(string link) =>
        link.Split(", ").Where(part => part.EndsWith("rel=\"next\"", StringComparison.Ordinal)).Select(part => part[1..part.IndexOf('>', StringComparison.Ordinal)]).FirstOrDefault();
}
