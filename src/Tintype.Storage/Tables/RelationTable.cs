using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>What a viewer has to do with others, read from each viewer's social shard alone.</summary>
public sealed class RelationTable(ShardRouter router)
{
    private const long Following = 1, Requested = 2, Blocking = 3, BlockedBy = 4, Muting = 5;

    /// <summary>All of it in one statement, for as many viewers as ask, in their order: whoever arrives asks for this first.</summary>
    public async Task<Relations[]> GetAsync(AccountId[] viewers, CancellationToken cancel = default)
    {
        var rows = (await router.ReadManyAsync<Account, (long Viewer, long Kind, long Id)>(Cluster.Social, viewers, (session, here) =>
            session.QueryAsync<(long, long, long)>(
                $"""
                SELECT follower_id, CAST(CASE state WHEN {(int)FollowState.Active} THEN {Following} ELSE {Requested} END AS BIGINT), followee_id FROM $follows WHERE follower_id IN @here AND state > 0
                UNION ALL SELECT account_id, {Blocking}, target_id FROM $blocks WHERE account_id IN @here AND active = 1
                UNION ALL SELECT target_id, {BlockedBy}, account_id FROM $blocked_by WHERE target_id IN @here AND active = 1
                UNION ALL SELECT account_id, {Muting}, target_id FROM $mutes WHERE account_id IN @here
                """, new { here = here.Values() }), Freshness.Any, cancel)).ToLookup(row => (row.Viewer, row.Kind), row => row.Id);
        return Array.ConvertAll(viewers, viewer => new Relations
        {
            ViewerId = viewer,
            Following = Ids(rows[(viewer.Value, Following)]),
            Requested = Ids(rows[(viewer.Value, Requested)]),
            Blocking = Ids(rows[(viewer.Value, Blocking)]),
            BlockedBy = Ids(rows[(viewer.Value, BlockedBy)]),
            Muting = Ids(rows[(viewer.Value, Muting)]),
        });
    }

    private static AccountId[] Ids(IEnumerable<long> ids) => [.. ids.Order().Select(id => new AccountId(id))];
}
