using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Tintype.Storage.Tables.Moving;
using Xunit;

namespace Tintype.Storage.Specs.Tables.Moving;

/// <summary>Rows from one engine to the other: none lost, none twice, none changed, whatever happens on the way.</summary>
public sealed class RowMoveSpecs
{
    [Fact]
    public async Task Every_table_of_the_schema_is_moved()
    {
        await using var embedded = await Store.OpenAsync(Backend.Sqlite);

        await MovedTable.CheckAsync(embedded.Map);
    }

    [Theory]
    [InlineData(Backend.Sqlite, Backend.Postgres)]
    [InlineData(Backend.Postgres, Backend.Sqlite)]
    public async Task Rows_carried_in_small_pieces_and_some_twice_are_the_same_on_the_other_engine(Backend one, Backend other)
    {
        await using var from = await FilledAsync(one);
        await using var to = await Store.OpenAsync(other);
        var move = new RowMove(from.Map, to.Router);

        foreach (var table in MovedTable.All)
        {
            foreach (var source in move.SourcesFromAllShards(table))
            {
                IReadOnlyDictionary<string, object>? last = null;
                while (await RowMove.ReadAsync(source, table, last, 3, default) is { Count: > 0 } rows)
                {
                    await move.AddAsync(table, rows, default);
                    await move.AddAsync(table, rows, default); // As after a kill.
                    last = rows[^1];
                }
            }
        }

        await EqualAsync(from, to);
        Assert.True(await move.HasAccountsFromAllShardsAsync(default));
    }

    [Fact]
    public async Task What_changes_while_rows_are_carried_follows_them()
    {
        await using var from = await FilledAsync(Backend.Sqlite);
        await using var to = await Store.OpenAsync(Backend.Postgres);
        var (move, changes) = (new RowMove(from.Map, to.Router), new ChangeLog(from.Map));
        await changes.StartAsync(default);

        var step = 0;
        foreach (var table in MovedTable.All)
        {
            var source = from.Map.PartitionsOf(table.Cluster)[0];
            IReadOnlyDictionary<string, object>? last = null;
            while (await RowMove.ReadAsync(source, table, last, 3, default) is { Count: > 0 } rows)
            {
                await ChangeAsync(from, step++); // Between reading and writing, where it hurts most.
                await move.AddAsync(table, rows, default);
                last = rows[^1];
            }
        }
        while (await changes.CarryAsync(move, 7, default) > 0)
        {
            if (step < 60)
            {
                await ChangeAsync(from, step++);
            }
        }

        Assert.True(step >= 60);
        await EqualAsync(from, to);
        await changes.StopAsync(default);
        await ChangeAsync(from, step);
        await MovedTable.CheckAsync(from.Map);
    }

    [Fact]
    public async Task One_changed_letter_changes_the_hash()
    {
        await using var store = await FilledAsync(Backend.Sqlite);
        var accounts = MovedTable.All.Single(table => table.FullName == "accounts.accounts");
        var before = await TableHash.OfAllShardsAsync(store.Map, accounts, null, default);

        var account = (await store.Accounts.FindAsync(Store.Person(3)))!;
        await store.Accounts.UpdateProfileAsync(account with { Bio = account.Bio + "." });

        var after = await TableHash.OfAllShardsAsync(store.Map, accounts, null, default);
        Assert.Equal(before.Rows, after.Rows);
        Assert.NotEqual(before.Sum, after.Sum);
    }

    /// <summary>Ten people with names of many scripts, all kinds of columns, nulls among them.</summary>
    private static async Task<Store> FilledAsync(Backend on)
    {
        var store = await Store.OpenAsync(on);
        for (var n = 1; n <= 10; n++)
        {
            var id = Store.Person(n);
            Assert.Null(await store.Accounts.CreateAsync(new Account
            {
                Id = id, Username = $"Person_{n}", Email = $"{n}@example.org", DisplayName = "Ünïcödé \u4e2d\u6587 \U0001F4F7", Bio = "It's \"quoted\"\n\ttext \\ and all", CreatedAt = store.Clock.GetUtcNow(),
                BirthYear = n % 2 == 0 ? null : 1990,
            }));
            await store.Tokens.IssueAsync(id.Shard, new AccessToken { Kind = TokenKind.OAuth, AccountId = id, Scopes = "read", CreatedAt = store.Clock.GetUtcNow(), LastUsedAt = store.Clock.GetUtcNow() });
            await store.Posts.AddLiveAsync(
                new Post { Id = store.Ids.NextBeside<Post, Account>(id), AccountId = id, Caption = $"caption {n}", State = PostState.Live, CreatedAt = store.Clock.GetUtcNow() },
                [new Photo { Id = store.Ids.NextBeside<Photo, Account>(id), AccountId = id, Secret = "s", Sha256 = "h", ContentType = "image/jpeg", FocusX = n / 3.0, Latitude = n % 2 == 0 ? null : -33.8568, CreatedAt = store.Clock.GetUtcNow() }]);
            await store.Follows.FollowAsync(id, Store.Person((n % 10) + 1), asks: false);
        }
        return store;
    }

    private static async Task ChangeAsync(Store store, int step)
    {
        var (one, other) = (Store.Person((step % 10) + 1), Store.Person((step * 7 % 10) + 1));
        if (one != other)
        {
            await (step % 3 == 0 ? (Task)store.Follows.EndAsync(one, other) : store.Follows.FollowAsync(one, other, asks: step % 2 == 0));
            await store.Follows.CopyAsync(one, other);
        }
        await store.Accounts.UpdateProfileAsync((await store.Accounts.FindAsync(one))! with { Bio = $"step {step}" });
        foreach (var dead in (await store.Tokens.OfAsync(other)).Take(1))
        {
            await store.Tokens.RevokeAsync(dead.Id);
        }
    }

    private static async Task EqualAsync(Store one, Store other)
    {
        foreach (var table in MovedTable.All)
        {
            var (mine, theirs) = (await TableHash.OfAllShardsAsync(one.Map, table, null, default), await TableHash.OfAllShardsAsync(other.Map, table, null, default));
            Assert.True(mine == theirs, $"{table.FullName}: {mine.Rows} rows {mine}, {theirs.Rows} rows {theirs}");
        }
        Assert.Contains(await Task.WhenAll(MovedTable.All.Select(table => TableHash.OfAllShardsAsync(one.Map, table, null, default))), hash => hash.Rows >= 10);
    }
}
