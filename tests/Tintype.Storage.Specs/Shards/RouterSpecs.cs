using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Shards;

public sealed class RouterSpecs
{
    [Theory, Backends]
    public async Task Rows_are_found_by_their_ids_wherever_they_live(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var ids = Enumerable.Range(0, 40).Select(n => store.Ids.Next<Post>(n % Store.Shards)).ToArray();
        foreach (var id in ids)
        {
            await store.Router.WriteAsync(id.In(Cluster.Content), session => CountAsync(session, id));
        }

        var found = await store.Router.ReadManyAsync(Cluster.Content, ids, (session, here) =>
            session.QueryAsync<PostId>("SELECT account_id FROM $content_counts WHERE account_id IN @here", new { here }));

        Assert.Equal(ids.Order(), found.Order());
    }

    [Theory, Backends]
    public async Task An_id_of_a_shard_we_do_not_have_finds_nothing(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var foreign = new PostId(IdLayout.Compose(TimeProvider.System.GetUtcNow(), 8_000, 1));

        Assert.Equal(0, await store.Router.ReadAsync(foreign.In(Cluster.Content), session =>
            session.ScalarAsync<long>("SELECT count(*) FROM $posts WHERE id = @foreign", new { foreign })));
        Assert.Empty(await store.Router.ReadManyAsync(Cluster.Content, [foreign], (session, here) =>
            session.QueryAsync<PostId>("SELECT id FROM $posts WHERE id IN @here", new { here })));
    }

    [Theory, Backends]
    public async Task All_shards_are_visited_when_the_name_says_so(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        for (var shard = 0; shard < Store.Shards; shard++)
        {
            var id = store.Ids.Next<Post>(shard);
            await store.Router.WriteAsync(id.In(Cluster.Content), session => CountAsync(session, id));
        }

        var found = await store.Router.ReadFromAllShardsAsync(Cluster.Content, session => session.QueryAsync<PostId>("SELECT account_id FROM $content_counts"));

        Assert.Equal(Enumerable.Range(0, Store.Shards), found.Select(id => id.Shard).Order());
    }

    [Theory, Backends]
    public async Task Two_processes_that_draw_on_one_shard_in_one_millisecond_lose_no_row(Backend on)
    {
        var clock = new SetClock();
        await using var store = await Store.OpenAsync(on, clock);
        await using var other = await store.OpenAgainAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 600).Select(n => (n % 2 == 0 ? store : other).Router.InsertAsync<Post, PostId>(Cluster.Content, 2, async (session, id) =>
        {
            await CountAsync(session, id);
            return id;
        })));

        Assert.Equal(600, ids.Distinct().Count());
        Assert.Equal(600, await store.Router.ReadAsync(new Shard(Cluster.Content, 2), session => session.ScalarAsync<long>("SELECT count(*) FROM $content_counts")));
    }

    [Theory]
    [InlineData("username:alice", 3)]
    [InlineData("email:bob@example.org", 0)]
    public async Task A_name_is_claimed_in_the_same_shard_for_ever(string name, int shard)
    {
        await using var store = await Store.OpenEmptyAsync(Backend.Sqlite);

        // FNV-1a, worked out by another program: a change here would orphan every claim ever made.
        Assert.Equal(shard, store.Router.ShardOfName(Cluster.Accounts, name).Number);
    }

    private static Task CountAsync(Storage.Dialects.ShardSession session, PostId id) =>
        session.ExecuteAsync("INSERT INTO $content_counts (account_id, posts) VALUES (@id, 0)", new { id });
}
