using System.Data.Common;
using Tintype.Storage.Dialects;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Dialects;

/// <summary>What every table class takes for granted of a transaction, on either backend.</summary>
public sealed class TransactionSpecs
{
    private static readonly Shard Home = new(Cluster.Accounts, 1);

    [Theory, Backends]
    public async Task What_a_transaction_wrote_is_there_when_it_returns(Backend on)
    {
        await using var store = await Store.OpenAsync(on);

        await PutAsync(store, "a", "1");

        Assert.Equal("1", await GetAsync(store, "a"));
    }

    [Theory, Backends]
    public async Task A_transaction_that_throws_leaves_nothing(Backend on)
    {
        await using var store = await Store.OpenAsync(on);

        await Assert.ThrowsAsync<FormatException>(() => store.Router.WriteAsync(Home, async session =>
        {
            await InsertAsync(session, "a", "1");
            throw new FormatException("changed my mind");
        }));

        Assert.Null(await GetAsync(store, "a"));
    }

    [Theory, Backends]
    public async Task One_that_fails_does_no_harm_to_those_beside_it(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        await PutAsync(store, "taken", "1");

        var writes = Enumerable.Range(0, 60).Select(n => n % 3 == 0
            ? store.Router.WriteAsync(Home, async session =>
            {
                await InsertAsync(session, $"half of {n}", "x");
                await InsertAsync(session, "taken", "2");
            })
            : PutAsync(store, $"n{n}", "x")).ToArray();
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.All(writes.Where((_, n) => n % 3 == 0), write => Assert.IsAssignableFrom<DbException>(write.Exception!.InnerException));
        Assert.All(writes.Where((_, n) => n % 3 != 0), write => Assert.True(write.IsCompletedSuccessfully));
        Assert.Equal(41, await CountAsync(store));
    }

    [Theory, Backends]
    public async Task A_key_that_is_there_already_is_told_from_other_failures(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        await PutAsync(store, "a", "1");
        var database = store.Map.PartitionOf(Home).Database;

        var twice = await Assert.ThrowsAnyAsync<DbException>(() => PutAsync(store, "a", "2"));
        var wrong = await Assert.ThrowsAnyAsync<DbException>(() => store.Router.WriteAsync(Home, session => session.ExecuteAsync("INSERT INTO $nowhere VALUES (1)")));

        Assert.True(database.IsUniqueViolation(twice));
        Assert.False(database.IsUniqueViolation(wrong));
    }

    [Theory, Backends]
    public async Task What_a_transaction_has_read_stays_true_until_it_commits(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        await using var other = await store.OpenAgainAsync();
        await PutAsync(store, "count", "0");

        await Task.WhenAll(Enumerable.Range(0, 200).Select(n => (n % 2 == 0 ? store : other).Router.WriteAsync(Home, async session =>
        {
            var count = int.Parse((await session.ScalarAsync<string>("SELECT value FROM $shared_keys WHERE name = 'count'"))!, null);
            await session.ExecuteAsync("UPDATE $shared_keys SET value = @value WHERE name = 'count'", new { value = $"{count + 1}" });
        })));

        Assert.Equal("200", await GetAsync(store, "count"));
    }

    [Theory, Backends]
    public async Task What_is_to_happen_after_a_commit_happens_once_and_never_after_a_rollback(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var happened = new List<string>();

        await store.Router.WriteAsync(Home, async session =>
        {
            session.AfterCommit(() => happened.Add("kept"));
            await InsertAsync(session, "a", "1");
        });
        await Assert.ThrowsAnyAsync<DbException>(() => store.Router.WriteAsync(Home, async session =>
        {
            session.AfterCommit(() => happened.Add("rolled back"));
            await InsertAsync(session, "a", "2");
        }));

        Assert.Equal(["kept"], happened);
    }

    [Theory, Backends]
    public async Task A_caller_who_left_before_it_ran_has_written_nothing(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Router.WriteAsync(Home, session => InsertAsync(session, "a", "1"), cancel.Token));

        Assert.Null(await GetAsync(store, "a"));
    }

    [Theory, Backends]
    public async Task A_session_is_of_no_use_after_its_transaction(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        ShardSession? kept = null;
        await store.Router.WriteAsync(Home, session => { kept = session; return Task.CompletedTask; });

        await Assert.ThrowsAsync<ObjectDisposedException>(() => InsertAsync(kept!, "a", "1"));
    }

    [Theory, Backends]
    public async Task Hundreds_of_writers_and_readers_at_once_all_come_through(Backend on)
    {
        await using var store = await Store.OpenAsync(on);

        await Task.WhenAll(Enumerable.Range(0, 400).Select(async n =>
        {
            var shard = new Shard(Cluster.Accounts, n % Store.Shards);
            await store.Router.WriteAsync(shard, session => InsertAsync(session, $"n{n}", $"{n}"));
            Assert.Equal($"{n}", await store.Router.ReadAsync(shard, session =>
                session.ScalarAsync<string>("SELECT value FROM $shared_keys WHERE name = @name", new { name = $"n{n}" })));
        }));
    }

    private static Task PutAsync(Store store, string name, string value) => store.Router.WriteAsync(Home, session => InsertAsync(session, name, value));

    private static Task InsertAsync(ShardSession session, string name, string value) =>
        session.ExecuteAsync("INSERT INTO $shared_keys (name, value, created_at) VALUES (@name, @value, 0)", new { name, value });

    private static Task<string?> GetAsync(Store store, string name) => store.Router.ReadAsync(Home, session =>
        session.ScalarAsync<string>("SELECT value FROM $shared_keys WHERE name = @name", new { name }));

    private static Task<long> CountAsync(Store store) => store.Router.ReadAsync(Home, session => session.ScalarAsync<long>("SELECT count(*) FROM $shared_keys"));
}
