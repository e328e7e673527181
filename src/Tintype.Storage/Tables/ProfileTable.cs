using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>Which of an author's photo posts a grid shows.</summary>
public enum GridOf
{
    /// <summary>Live, and not for followers only.</summary>
    Public,
    /// <summary>Live.</summary>
    Followers,
    /// <summary>Also those that are still processing, or failed.</summary>
    Author,
}

/// <summary>What a person's page reads: each page costs an index range, however many photos there are.</summary>
public sealed class ProfileTable(ShardRouter router)
{
    /// <summary>Ids of photo posts, newest first.</summary>
    public Task<RowPage<PostId>> PostsAsync(AccountId author, GridOf grid, IdRange range, CancellationToken cancel = default)
    {
        var shown = grid switch
        {
            GridOf.Public => $"state = {(int)PostState.Live} AND visibility < {(int)Visibility.Followers}",
            GridOf.Followers => $"state = {(int)PostState.Live}",
            _ => $"state <> {(int)PostState.Deleted}",
        };
        return router.ReadAsync(author.In(Cluster.Content), async session => range.PageOf(await session.QueryAsync<PostId>(
            $"""
            SELECT id FROM $posts WHERE account_id = @author AND root_id IS NULL AND {shown} AND id < @Below AND id > @Above
            ORDER BY id {range.Direction} LIMIT @Take
            """, new { author, range.Below, range.Above, range.Take })), Freshness.Any, cancel);
    }

    /// <summary>Who of <paramref name="among"/> follows a person, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<AccountId>> FollowersAmongAsync(AccountId person, IReadOnlyList<AccountId> among, int limit, CancellationToken cancel = default) =>
        among.Count == 0
            ? Task.FromResult<IReadOnlyList<AccountId>>([])
            : router.ReadAsync(person.In(Cluster.Social), session => session.QueryAsync<AccountId>(
                $"SELECT follower_id FROM $followers WHERE followee_id = @person AND follower_id IN @among AND state = {(int)FollowState.Active} LIMIT @limit",
                new { person, among = among.Values(), limit }), Freshness.Any, cancel);
}
