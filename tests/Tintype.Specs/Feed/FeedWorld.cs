using Tintype.Cards;
using Tintype.Storage.Dialects;
using Tintype.Storage.Feeds;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Feed;

/// <summary>What people do that changes feeds, done as the slices do it: tables first, then the caches forget.</summary>
internal static class FeedWorld
{
    public static async Task FollowAsync(this World world, AccountId follower, AccountId followee, bool asks = false)
    {
        await world.Get<FollowTable>().FollowAsync(follower, followee, asks);
        await world.Get<FollowTable>().CopyAsync(follower, followee);
        await world.Get<RelationCache>().ForgetAsync(follower, followee);
    }

    public static async Task UnfollowAsync(this World world, AccountId follower, AccountId followee)
    {
        await world.Get<FollowTable>().EndAsync(follower, followee);
        await world.Get<FollowTable>().CopyAsync(follower, followee);
        await world.Get<RelationCache>().ForgetAsync(follower, followee);
    }

    public static async Task BlockAsync(this World world, AccountId account, AccountId target, bool active = true)
    {
        await world.Get<BlockTable>().SetAsync(account, target, active);
        await world.Get<BlockTable>().CopyAsync(account, target);
        await world.Get<FollowTable>().CopyAsync(account, target);
        await world.Get<FollowTable>().CopyAsync(target, account);
        await world.Get<RelationCache>().ForgetAsync(account, target);
    }

    public static async Task MuteAsync(this World world, AccountId account, AccountId target, bool muted = true)
    {
        await world.Get<MuteTable>().SetAsync(account, target, muted);
        await world.Get<RelationCache>().ForgetAsync(account);
    }

    /// <summary>Puts a post into another state, with the jobs that tell of it.</summary>
    public static async Task SetStateAsync(this World world, PostId post, PostState state)
    {
        var row = (await world.Get<PostTable>().FindAsync(post))!;
        await world.Get<ShardRouter>().WriteAsync(post.In(Cluster.Content), async session =>
        {
            await session.ExecuteAsync("UPDATE $posts SET state = @state WHERE id = @post", new { post, state });
            await world.Get<OutboxTable>().AddAsync(session, post.Shard, OutboxMessage.Of(new PostChanged(post)));
            if (state == PostState.Live)
            {
                await world.Get<OutboxTable>().AddAsync(session, post.Shard, OutboxMessage.Of(new PostPublished(post, row.AccountId)));
            }
        });
        world.Get<CardStore>().Forget(post);
    }

    public static Task DeleteAsync(this World world, PostId post) => world.SetStateAsync(post, PostState.Deleted);

    /// <summary>Waits until every published post has been spread, whatever else is still to be done.</summary>
    public static Task EverythingSpreadAsync(this World world) => World.Until(async () =>
    {
        foreach (var partition in world.Get<ShardMap>().PartitionsOf(Cluster.Content))
        {
            if ((await world.Get<OutboxTable>().CountAsync(partition)).Any(count => count is { State: OutboxState.Ready, Lane: Lane.FanOut }))
            {
                return false;
            }
        }
        return true;
    }, "every post spread", seconds: 300);

    /// <summary>One page as the API gives it.</summary>
    public static async Task<IReadOnlyList<PostId>> HomeAsync(this PersonInWorld person, string query = "") =>
        [.. (await person.GetAsync($"/api/v1/timelines/home{query}")).EnumerateArray().Select(status => PostId.Parse(status.GetProperty("id").GetString()!))];

    /// <summary>All pages, following the Link header from the first to the last.</summary>
    public static async Task<IReadOnlyList<PostId>> WholeHomeAsync(this PersonInWorld person, int limit = 20)
    {
        var all = new List<PostId>();
        for (var next = $"/api/v1/timelines/home?limit={limit}"; next is not null;)
        {
            using var answer = await person.Http.GetAsync(next);
            answer.EnsureSuccessStatusCode();
            var ids = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.EnumerateArray()
                .Select(status => PostId.Parse(status.GetProperty("id").GetString()!)).ToList();
            Assert.True(ids.Count > 0 || all.Count == 0, "a page before the end was empty");
            all.AddRange(ids);
            next = answer.Headers.TryGetValues("Link", out var link) && link.Single() is var text && text.Contains("rel=\"next\"", StringComparison.Ordinal)
                ? new Uri(text[1..text.IndexOf('>', StringComparison.Ordinal)]).PathAndQuery
                : null;
        }
        return all;
    }

    /// <summary>The feed by its definition: every row of every table, no cache, no index.</summary>
    public static async Task<IReadOnlyList<PostId>> FeedByDefinitionAsync(this World world, AccountId reader)
    {
        var router = world.Get<ShardRouter>();
        var following = await AllAsync<long>(router, Cluster.Social, "SELECT followee_id FROM $follows WHERE follower_id = @reader AND state = 2", reader);
        var against = await AllAsync<long>(router, Cluster.Social,
            """
            SELECT target_id FROM $blocks WHERE account_id = @reader AND active = 1
            UNION ALL SELECT account_id FROM $blocks WHERE target_id = @reader AND active = 1
            UNION ALL SELECT target_id FROM $mutes WHERE account_id = @reader
            """, reader);
        var authors = following.Except(against).Append(reader.Value).ToHashSet();
        var posts = await AllAsync<(long Id, long Author)>(router, Cluster.Content, "SELECT id, account_id FROM $posts WHERE state = 1 AND root_id IS NULL", reader);
        return [.. posts.Where(post => authors.Contains(post.Author)).Select(post => new PostId(post.Id)).OrderDescending()];
    }

    private static Task<IReadOnlyList<T>> AllAsync<T>(ShardRouter router, Cluster cluster, string sql, AccountId reader) =>
        router.ReadFromAllShardsAsync(cluster, session => session.QueryAsync<T>(sql, new { reader }));

    public static IFeedStore Feeds(this World world) => world.Get<IFeedStore>();
}
