using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>What a viewer has to do with others, read from the viewer's social shard alone.</summary>
public sealed class RelationTable(ShardRouter router)
{
    public Task<Relations> GetAsync(AccountId viewer, CancellationToken cancel = default) =>
        router.ReadAsync(viewer.In(Cluster.Social), async session =>
        {
            var follows = await session.QueryAsync<(long Id, long State)>(
                "SELECT followee_id, state FROM $follows WHERE follower_id = @viewer AND state > 0 ORDER BY followee_id", new { viewer });
            return new Relations
            {
                ViewerId = viewer,
                Following = [.. follows.Where(row => row.State == (long)FollowState.Active).Select(row => new AccountId(row.Id))],
                Requested = [.. follows.Where(row => row.State == (long)FollowState.Requested).Select(row => new AccountId(row.Id))],
                Blocking = await IdsAsync(session, "SELECT target_id FROM $blocks WHERE account_id = @viewer AND active = 1 ORDER BY 1", viewer),
                BlockedBy = await IdsAsync(session, "SELECT account_id FROM $blocked_by WHERE target_id = @viewer AND active = 1 ORDER BY 1", viewer),
                Muting = await IdsAsync(session, "SELECT target_id FROM $mutes WHERE account_id = @viewer ORDER BY 1", viewer),
            };
        }, Freshness.Any, cancel);

    private static async Task<AccountId[]> IdsAsync(ShardSession session, string sql, AccountId viewer) =>
        [.. (await session.QueryAsync<long>(sql, new { viewer })).Select(id => new AccountId(id))];
}
