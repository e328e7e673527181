using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Servers;
using Tintype.Storage.Cache.Redis;
using Xunit;

namespace Tintype.Storage.Specs.Cache.Redis;

public sealed class RedisConnectionSpecs
{
    [Theory]
    [InlineData(MemoryKind.Redis)]
    [InlineData(MemoryKind.Cluster)]
    [InlineData(MemoryKind.Sentinel)]
    [InlineData(MemoryKind.Garnet)]
    public async Task What_one_process_writes_and_publishes_another_reads_and_hears(MemoryKind kind)
    {
        var server = await MemoryServer.SharedAsync(kind);
        var prefix = MemoryServer.OwnPrefix();
        await using var alice = await server.ConnectAsync(prefix);
        await using var bob = await server.ConnectAsync(prefix);
        var heard = new ConcurrentQueue<string>();
        await bob.ListenAsync("news", message => heard.Enqueue(Encoding.UTF8.GetString(message.Span)));

        await alice.AskAsync(database => database.StringSetAsync(prefix + "key", "value"));
        for (var n = 0; n < 100; n++)
        {
            await alice.PublishAsync("news", Encoding.UTF8.GetBytes($"{n}"));
        }

        Assert.Equal("value", await bob.AskAsync(database => database.StringGetAsync(prefix + "key")));
        await UntilAsync(() => heard.Count == 100, "all is heard");
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"{n}"), heard);
    }

    [Theory]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.0.0.1:1,serviceName=main")]
    public async Task A_process_starts_without_the_server_and_is_told_so_at_once(string nowhere)
    {
        await using var connection = new RedisConnection(new RedisOptions(nowhere, "x:"), NullLogger<RedisConnection>.Instance);
        await connection.StartAsync(CancellationToken.None);

        Assert.False(connection.IsUp);
        Assert.Contains("127.0.0.1:1", connection.Fault, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MemoryServerException>(() => connection.AskAsync(database => database.PingAsync()));
    }

    [Theory]
    [InlineData(MemoryKind.Redis)]
    [InlineData(MemoryKind.Cluster)]
    [InlineData(MemoryKind.Garnet)]
    public async Task A_server_that_was_killed_is_found_again_and_what_it_publishes_heard(MemoryKind kind)
    {
        await using var server = await MemoryServer.StartAsync(kind);
        await using var connection = await server.ConnectAsync("");
        var (interruptions, heard) = (0, 0);
        connection.Interrupted += () => Interlocked.Increment(ref interruptions);
        await connection.ListenAsync("news", _ => Interlocked.Increment(ref heard));

        await server.Process.KillAsync();
        await UntilAsync(() => interruptions > 0, "the loss is told");
        await Assert.ThrowsAsync<MemoryServerException>(() => connection.AskAsync(database => database.StringGetAsync("key")));
        await server.StartAgainAsync();

        await UntilAsync(async () =>
        {
            await connection.PublishAsync("news", new byte[1]);
            return heard > 0;
        }, "it is heard again");
        Assert.Null(connection.Fault);
    }

    [Fact]
    public async Task A_server_that_no_longer_answers_is_soon_refused_at_once_and_used_again_when_it_does()
    {
        await using var server = await MemoryServer.StartAsync(MemoryKind.Redis);
        await using var connection = await server.ConnectAsync("");

        await server.Process.PauseAsync();
        await UntilAsync(async () =>
        {
            await Assert.ThrowsAsync<MemoryServerException>(() => connection.AskAsync(database => database.StringGetAsync("key")));
            return !connection.IsUp;
        }, "it is given up");
        await server.Process.ResumeAsync();

        await UntilAsync(async () =>
        {
            await connection.AskAsync(database => database.StringSetAsync("key", "value"));
            return connection.Fault is null;
        }, "it is used again");
    }

    [Fact]
    public async Task When_the_leader_dies_the_follower_that_Sentinels_choose_takes_its_place()
    {
        await using var sentinel = await RedisSentinel.StartAsync();
        await using var connection = new RedisConnection(new RedisOptions(sentinel.Configuration, ""), NullLogger<RedisConnection>.Instance);
        await connection.StartAsync(CancellationToken.None);
        await connection.AskAsync(database => database.StringSetAsync("key", "before"));

        await sentinel.KillLeaderAsync();

        await UntilAsync(() => connection.AskAsync(database => database.StringSetAsync("key", "after")), "the new leader takes writes");
    }

    private static Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (true)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (MemoryServerException) when (TimeProvider.System.GetUtcNow() < deadline)
            {
                // Not yet.
            }
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"not within 30 s: {what}");
            await Task.Delay(20);
        }
    }
}
