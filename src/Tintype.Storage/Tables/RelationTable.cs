using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>What a viewer has to do with others, read from the viewer's social shard alone.</summary>
public sealed class RelationTable(ShardRouter router)
{
    private const long Following = 1, Requested = 2, Blocking = 3, BlockedBy = 4, Muting = 5;

    /// <summary>All of it in one statement: whoever arrives asks for this first.</summary>
    public Task<Relations> GetAsync(AccountId viewer, CancellationToken cancel = default) =>
        router.ReadAsync(viewer.In(Cluster.Social), async session =>
        {
            var rows = (await session.QueryAsync<(long Kind, long Id)>(
                $"""
                SELECT CAST(CASE state WHEN {(int)FollowState.Active} THEN {Following} ELSE {Requested} END AS BIGINT), followee_id FROM $follows WHERE follower_id = @viewer AND state > 0
                UNION ALL SELECT {Blocking}, target_id FROM $blocks WHERE account_id = @viewer AND active = 1
                UNION ALL SELECT {BlockedBy}, account_id FROM $blocked_by WHERE target_id = @viewer AND active = 1
                UNION ALL SELECT {Muting}, target_id FROM $mutes WHERE account_id = @viewer
                """, new { viewer })).ToLookup(row => row.Kind, row => row.Id);
            return new Relations
            {
                ViewerId = viewer,
                Following = Ids(rows[Following]),
                Requested = Ids(rows[Requested]),
                Blocking = Ids(rows[Blocking]),
                BlockedBy = Ids(rows[BlockedBy]),
                Muting = Ids(rows[Muting]),
            };
        }, Freshness.Any, cancel);

    private static AccountId[] Ids(IEnumerable<long> ids) => [.. ids.Order().Select(id => new AccountId(id))];
}
