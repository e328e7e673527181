using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// Who blocks whom: the truth beside the blocker, a copy beside the blocked, made like that of a follow. A block ends the follows both
/// ways, each in the transaction that writes the block on that follow's shard.
/// </summary>
public sealed class BlockTable(ShardRouter router, FollowTable follows, OutboxTable outbox)
{
    private sealed record Block
    {
        public bool Active { get; init; }
        public long Version { get; init; }
    }

    /// <returns>False when it was so already.</returns>
    public Task<bool> SetAsync(AccountId account, AccountId target, bool active, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Social), async session =>
        {
            // The pair's follow is locked first, as FollowTable does: a follow that is being made sees the block, or the block the follow.
            var follow = await follows.LockAsync(session, account, target);
            var row = (await session.FirstOrDefaultAsync<Block>(
                """
                INSERT INTO $blocks (account_id, target_id, active, version) VALUES (@account, @target, 0, 0)
                ON CONFLICT (account_id, target_id) DO UPDATE SET version = blocks.version RETURNING active, version
                """, new { account, target }))!;
            if (row.Active == active)
            {
                return false;
            }
            await session.ExecuteAsync(
                "UPDATE $blocks SET active = @active, version = version + 1 WHERE account_id = @account AND target_id = @target",
                new { account, target, active = active ? 1L : 0L });
            await outbox.AddAsync(session, account.Shard, OutboxMessage.Of(new BlockChanged(account, target)));
            if (active)
            {
                await follows.EndAsync(session, follow);
            }
            return true;
        }, cancel);

    /// <summary>Brings the truth about a block over to the blocked person's shard and ends their follow there.</summary>
    public async Task CopyAsync(AccountId account, AccountId target, CancellationToken cancel = default)
    {
        var truth = await router.ReadAsync(account.In(Cluster.Social), session => session.FirstOrDefaultAsync<Block>(
            "SELECT active, version FROM $blocks WHERE account_id = @account AND target_id = @target", new { account, target }), cancel: cancel);
        if (truth is null)
        {
            return;
        }
        await router.WriteAsync(target.In(Cluster.Social), async session =>
        {
            var follow = await follows.LockAsync(session, target, account);
            var news = await session.ExecuteAsync(
                """
                INSERT INTO $blocked_by (target_id, account_id, active, version) VALUES (@target, @account, @active, @Version)
                ON CONFLICT (target_id, account_id) DO UPDATE SET active = @active, version = @Version WHERE blocked_by.version < @Version
                """, new { account, target, active = truth.Active ? 1L : 0L, truth.Version }) > 0;
            if (news && truth.Active)
            {
                await follows.EndAsync(session, follow);
            }
        }, cancel);
    }

    /// <summary>Whom a person blocks, by account id.</summary>
    public async Task<RowPage<AccountId>> OfAsync(AccountId account, IdRange page, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(account.In(Cluster.Social), session => session.QueryAsync<AccountId>(
            $"""
            SELECT target_id FROM $blocks WHERE account_id = @account AND active = 1 AND target_id > @Above AND target_id < @Below
            ORDER BY target_id {page.Direction} LIMIT @Take
            """, new { account, page.Above, page.Below, page.Take }), Freshness.Any, cancel));
}
