using Tintype.Storage.Dialects;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;
using static Tintype.Storage.Specs.Backends.LedServer;

namespace Tintype.Storage.Specs.Dialects;

/// <summary>Reads that may be somewhat old, on a follower that is behind, hangs, or is gone.</summary>
public sealed class FollowerSpecs
{
    private static readonly Shard Neighbour = new(Cluster.Accounts, 2);

    [Fact]
    public async Task Whoever_wrote_reads_it_though_the_follower_has_not_replayed_it_and_so_does_every_other_process()
    {
        await using var servers = await LedServer.StartAsync();
        var mine = await servers.OpenAsync();
        var other = await servers.OpenAsync();
        await UntilAsync(async () => await FollowerAnswersAsync(mine) && await FollowerAnswersAsync(other), "the follower answers");

        await servers.Follower.RunAsync("SELECT pg_wal_replay_pause()");
        await PutAsync(mine, "mine");

        Assert.Equal(["mine"], await NamesAsync(mine));
        await mine.Map.ToldAsync(default);
        await UntilAsync(async () => await NamesAsync(other) is ["mine"], "the other process has heard of the write");
        Assert.True(await FollowerAnswersAsync(mine, Neighbour), "a shard that nobody wrote to needs no leader");

        await servers.Follower.RunAsync("SELECT pg_wal_replay_resume()");
        await UntilAsync(() => FollowerAnswersAsync(mine), "the follower has caught up");
        Assert.Equal(["mine"], await NamesAsync(mine));
    }

    [Fact]
    public async Task A_process_that_starts_late_knows_that_it_has_missed_what_was_told()
    {
        await using var servers = await LedServer.StartAsync();
        var mine = await servers.OpenAsync();
        await UntilAsync(() => FollowerAnswersAsync(mine), "the follower answers");
        await servers.Follower.RunAsync("SELECT pg_wal_replay_pause()");
        await PutAsync(mine, "mine");

        var late = await servers.OpenAsync();
        for (var n = 0; n < 100; n++)
        {
            Assert.Equal(["mine"], await NamesAsync(late));
        }
        Assert.False(await FollowerAnswersAsync(late, Neighbour));
    }

    [Fact]
    public async Task A_follower_that_is_too_late_is_left_out_and_comes_back_by_itself()
    {
        await using var servers = await LedServer.StartAsync();
        var router = await servers.OpenAsync(maxLag: TimeSpan.FromSeconds(2));
        await UntilAsync(() => FollowerAnswersAsync(router, Neighbour), "the follower answers");

        await servers.Follower.RunAsync("SELECT pg_wal_replay_pause()");
        await PutAsync(router, "a write");
        await UntilAsync(async () => !await FollowerAnswersAsync(router, Neighbour), "left out, as it is too late");

        await servers.Follower.RunAsync("SELECT pg_wal_replay_resume()");
        await UntilAsync(() => FollowerAnswersAsync(router, Neighbour), "back");
    }

    [Fact]
    public async Task No_read_fails_while_a_follower_hangs_or_dies_and_it_comes_back_by_itself()
    {
        await using var servers = await LedServer.StartAsync();
        var router = await servers.OpenAsync();
        await PutAsync(router, "a write");
        await UntilAsync(() => FollowerAnswersAsync(router), "the follower answers");
        using var done = new CancellationTokenSource();
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                Assert.Equal(["a write"], await NamesAsync(router));
            }
        })).ToArray();

        await servers.Follower.Process.PauseAsync();
        await UntilAsync(async () => !await FollowerAnswersAsync(router), "left out, as it hangs");
        await servers.Follower.Process.ResumeAsync();
        await UntilAsync(() => FollowerAnswersAsync(router), "back, as it goes on");
        await servers.Follower.Process.KillAsync();
        await UntilAsync(async () => !await FollowerAnswersAsync(router), "left out, as it is dead");
        await servers.Follower.StartAgainAsync();
        await UntilAsync(() => FollowerAnswersAsync(router), "back, as it was started");

        await done.CancelAsync();
        await Task.WhenAll(reading);
    }

    [Fact]
    public async Task Without_a_leader_followers_answer_what_may_be_old()
    {
        await using var servers = await LedServer.StartAsync();
        var router = await servers.OpenAsync(patience: TimeSpan.FromSeconds(1));
        await PutAsync(router, "a write");
        await UntilAsync(() => FollowerAnswersAsync(router), "the follower answers");

        await servers.Leader.Process.KillAsync();

        await UntilAsync(async () => await Record.ExceptionAsync(() => NamesAsync(router, Freshness.Latest)) is DatabaseRestsException, "the leader is known to be gone");
        Assert.Equal(["a write"], await NamesAsync(router));
    }
}
