using System.Collections.Concurrent;
using Tintype.Storage.Dialects;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;
using static Tintype.Storage.Specs.Backends.LedServer;

namespace Tintype.Storage.Specs.Dialects;

/// <summary>A leader that dies, and a follower that is promoted in its place.</summary>
public sealed class FailoverSpecs
{
    [Fact]
    public async Task Writes_find_the_promoted_follower_and_what_a_synchronous_leader_acknowledged_is_all_there()
    {
        await using var servers = await LedServer.StartAsync();
        var router = await servers.OpenAsync();
        await servers.Leader.RequireFollowerAsync();
        var acknowledged = new ConcurrentBag<string>();
        var unknown = 0;
        using var done = new CancellationTokenSource();
        var writing = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; !done.IsCancellationRequested; n++)
            {
                var name = $"{writer}-{n}";
                try
                {
                    await PutAsync(router, name, Home with { Number = writer % 4 });
                    acknowledged.Add(name);
                }
                catch (OutcomeUnknownException)
                {
                    Interlocked.Increment(ref unknown);
                }
            }
        })).ToArray();
        await UntilAsync(() => Task.FromResult(acknowledged.Count > 500), "writes go through");

        await servers.Leader.Process.KillAsync();
        await servers.Follower.PromoteAsync();
        var before = acknowledged.Count;
        await UntilAsync(() => Task.FromResult(acknowledged.Count > before + 500), "writes go through again");

        await done.CancelAsync();
        await Task.WhenAll(writing);
        var there = await router.ReadFromAllShardsAsync(Cluster.Accounts, session => session.QueryAsync<string>("SELECT name FROM $shared_keys"));
        Assert.Empty(acknowledged.Except(there));
        Assert.InRange(there.Count, acknowledged.Count, acknowledged.Count + unknown);
        Assert.InRange(unknown, 0, 8);
    }

    [Fact]
    public async Task A_leader_that_comes_back_after_another_was_promoted_is_never_written_to()
    {
        await using var servers = await LedServer.StartAsync();
        var router = await servers.OpenAsync();
        await PutAsync(router, "before");
        await UntilAsync(() => FollowerAnswersAsync(router), "the follower has it");

        await servers.Leader.Process.KillAsync();
        await servers.Follower.PromoteAsync();
        await PutAsync(router, "after");
        await servers.Leader.StartAgainAsync();
        var fresh = await servers.OpenAsync();
        for (var n = 0; n < 50; n++)
        {
            await PutAsync(n % 2 == 0 ? router : fresh, $"n{n}");
        }
        // The promoted one goes: whoever has seen it knows that the old one is no leader, though it says so.
        await servers.Follower.Process.KillAsync();
        var later = PutAsync(router, "later");
        await UntilAsync(async () => { await servers.Leader.RunAsync("SELECT 1"); return true; }, "the old leader answers");
        await servers.Follower.StartAgainAsync();
        await later;

        Assert.Equal(53, (await NamesAsync(router, Freshness.Latest)).Count);
    }

    [Fact]
    public async Task Processes_hear_each_other_by_the_new_leader()
    {
        await using var servers = await LedServer.StartAsync();
        var mine = await servers.OpenAsync();
        var other = await servers.OpenAsync();
        var heard = new Storage.Model.JobSignal();
        var told = new Storage.Model.JobSignal();
        var hears = new Storage.Dialects.Postgres.PostgresWakeUps(mine.Map, heard);
        var tells = new Storage.Dialects.Postgres.PostgresWakeUps(other.Map, told);
        await hears.StartAsync(default);
        await tells.StartAsync(default);

        await servers.Leader.Process.KillAsync();
        await servers.Follower.PromoteAsync();

        await UntilAsync(async () =>
        {
            told.Raise(Storage.Model.Lane.Media);
            return await heard.WaitAsync(Storage.Model.Lane.Media, TimeSpan.FromMilliseconds(200), default);
        }, "heard by the new leader");
        await hears.StopAsync(default);
        await tells.StopAsync(default);
    }
}
