using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Tables;

/// <summary>The outbox as the claim loop relies on it.</summary>
public sealed class OutboxSpecs
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly Shard Home = new(Cluster.Content, 2);

    [Theory, Backends]
    public async Task A_job_is_there_exactly_when_the_rows_it_tells_of_are(Backend on)
    {
        await using var store = await Store.OpenAsync(on);

        await Assert.ThrowsAsync<FormatException>(() => store.Router.WriteAsync(Home, async session =>
        {
            await store.Outbox.AddAsync(session, Home.Number, Message(1));
            throw new FormatException();
        }));
        Assert.Empty(await ClaimAsync(store));

        await AddAsync(store, Message(2));
        Assert.Equal(2, IdIn(Assert.Single(await ClaimAsync(store))));
    }

    [Theory, Backends]
    public async Task However_many_claim_at_once_each_job_goes_to_one(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        await using var other = await store.OpenAgainAsync();
        await AddAsync(store, [.. Enumerable.Range(1, 100).Select(n => Message(n))]);

        var claims = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => ClaimAsync(n % 2 == 0 ? store : other, limit: 5)));

        Assert.Equal(Enumerable.Range(1, 100), claims.SelectMany(rows => rows).Select(IdIn).Order());
    }

    [Theory, Backends]
    public async Task A_claim_that_is_not_answered_lapses_and_the_job_runs_again(Backend on)
    {
        var clock = new SetClock();
        await using var store = await Store.OpenAsync(on, clock);
        await AddAsync(store, Message(1));
        Assert.Equal(1, Assert.Single(await ClaimAsync(store)).Attempts);

        clock.Move(Lease);
        Assert.Empty(await ClaimAsync(store));

        clock.Move(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, Assert.Single(await ClaimAsync(store)).Attempts);
    }

    [Theory, Backends]
    public async Task A_worker_that_gives_signs_of_life_keeps_its_job(Backend on)
    {
        var clock = new SetClock();
        await using var store = await Store.OpenAsync(on, clock);
        await AddAsync(store, Message(1));
        var job = Assert.Single(await ClaimAsync(store));

        clock.Move(Lease * 0.9);
        await store.Outbox.ExtendAsync(store.Map.PartitionOf(Home), job.Id, Lease, default);
        clock.Move(Lease * 0.9);

        Assert.Empty(await ClaimAsync(store));
    }

    [Theory, Backends]
    public async Task What_failed_comes_back_after_its_delay_with_the_reason(Backend on)
    {
        var clock = new SetClock();
        await using var store = await Store.OpenAsync(on, clock);
        await AddAsync(store, Message(1));
        var job = Assert.Single(await ClaimAsync(store));

        await store.Outbox.RetryLaterAsync(store.Map.PartitionOf(Home), job.Id, "no luck", TimeSpan.FromSeconds(10), default);

        Assert.Empty(await ClaimAsync(store));
        clock.Move(TimeSpan.FromSeconds(10));
        var again = Assert.Single(await ClaimAsync(store));
        Assert.Equal((2, "no luck"), (again.Attempts, again.LastError));
    }

    [Theory, Backends]
    public async Task A_job_given_back_untouched_counts_no_attempt(Backend on)
    {
        await using var store = await Store.OpenAsync(on, new SetClock());
        await AddAsync(store, Message(1));
        var job = Assert.Single(await ClaimAsync(store));

        await store.Outbox.ReleaseAsync(store.Map.PartitionOf(Home), job.Id, default);

        Assert.Equal(1, Assert.Single(await ClaimAsync(store)).Attempts);
    }

    [Theory, Backends]
    public async Task A_buried_job_is_kept_with_its_reason_until_it_is_revived_or_dropped(Backend on)
    {
        await using var store = await Store.OpenAsync(on, new SetClock());
        var here = store.Map.PartitionOf(Home);
        await AddAsync(store, Message(1), Message(2));
        foreach (var job in await ClaimAsync(store))
        {
            await store.Outbox.BuryAsync(here, job.Id, $"hopeless {IdIn(job)}", default);
        }
        Assert.Empty(await ClaimAsync(store));
        var dead = await store.Outbox.DeadAsync(here, 10);
        Assert.Equal(["hopeless 2", "hopeless 1"], dead.Select(job => job.LastError));

        Assert.True(await store.Outbox.ReviveAsync(here, dead[0].Id));
        Assert.True(await store.Outbox.DiscardAsync(here, dead[1].Id));

        Assert.False(await store.Outbox.DiscardAsync(here, dead[1].Id));
        var revived = Assert.Single(await ClaimAsync(store));
        Assert.Equal((2, 1), (IdIn(revived), revived.Attempts));
        Assert.Empty(await store.Outbox.DeadAsync(here, 10));
    }

    [Theory, Backends]
    public async Task A_delayed_job_waits(Backend on)
    {
        var clock = new SetClock();
        await using var store = await Store.OpenAsync(on, clock);
        await AddAsync(store, OutboxMessage.Of(new MediaNoted(1), TimeSpan.FromDays(30)));

        Assert.Empty(await ClaimAsync(store));
        clock.Move(TimeSpan.FromDays(30));
        Assert.Single(await ClaimAsync(store));
    }

    [Theory, Backends]
    public async Task Lanes_are_claimed_apart_and_longest_due_first(Backend on)
    {
        var clock = new SetClock();
        await using var store = await Store.OpenAsync(on, clock);
        for (var n = 1; n <= 3; n++)
        {
            await AddAsync(store, Message(n), OutboxMessage.Of(new RestNoted(n)));
            clock.Move(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([1, 2], (await ClaimAsync(store, limit: 2)).Select(IdIn));
        Assert.Equal([1, 2, 3], (await ClaimAsync(store, Lane.Rest)).Select(IdIn));
    }

    [Theory, Backends]
    public async Task Where_work_is_due_is_told_for_a_whole_database_at_once(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        await AddAsync(store, Message(1));

        var due = new List<Partition>();
        foreach (var (database, partitions) in store.Map.Databases)
        {
            due.AddRange(await store.Outbox.DueAsync(database, partitions, Lane.Media, default));
        }

        Assert.Equal(store.Map.PartitionOf(Home), Assert.Single(due));
    }

    [Theory, Backends]
    public async Task A_commit_wakes_the_workers_of_its_lane(Backend on)
    {
        await using var store = await Store.OpenAsync(on);

        await AddAsync(store, Message(1));

        Assert.True(await store.Signal.WaitAsync(Lane.Media, TimeSpan.FromSeconds(20), default));
        Assert.False(await store.Signal.WaitAsync(Lane.Rest, TimeSpan.Zero, default));
    }

    [Theory, Backends]
    public async Task Jobs_are_counted_by_kind_and_state(Backend on)
    {
        await using var store = await Store.OpenAsync(on, new SetClock());
        var here = store.Map.PartitionOf(Home);
        await AddAsync(store, Message(1), Message(2), OutboxMessage.Of(new RestNoted(3)));
        await store.Outbox.BuryAsync(here, (await ClaimAsync(store, limit: 1))[0].Id, "no", default);

        var counts = await store.Outbox.CountAsync(here);

        Assert.Equal(
            [("media_noted", OutboxState.Ready, 1L), ("media_noted", OutboxState.Dead, 1L), ("rest_noted", OutboxState.Ready, 1L)],
            counts.OrderBy(count => count.Kind).ThenBy(count => count.State).Select(count => (count.Kind, count.State, count.Jobs)));
    }

    private static OutboxMessage Message(int number) => OutboxMessage.Of(new MediaNoted(number));

    private static Task AddAsync(Store store, params OutboxMessage[] messages) =>
        store.Router.WriteAsync(Home, session => store.Outbox.AddAsync(session, Home.Number, messages));

    private static Task<IReadOnlyList<OutboxRow>> ClaimAsync(Store store, Lane lane = Lane.Media, int limit = 100) =>
        store.Outbox.ClaimAsync(store.Map.PartitionOf(Home), lane, limit, Lease, default);

    private static int IdIn(OutboxRow row) => System.Text.Json.JsonDocument.Parse(row.Payload).RootElement.GetProperty("Number").GetInt32();
}

/// <summary>Payloads of these specs.</summary>
public sealed record MediaNoted(int Number) : IJobPayload
{
    public static string Kind => "media_noted";
    public static Lane Lane => Lane.Media;
}

public sealed record RestNoted(int Number) : IJobPayload
{
    public static string Kind => "rest_noted";
    public static Lane Lane => Lane.Rest;
}
