using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>Whom a person does not want to hear of. Only the muting person's shard knows: nobody else's reads depend on it.</summary>
public sealed class MuteTable(ShardRouter router, TimeProvider time)
{
    public Task SetAsync(AccountId account, AccountId target, bool muted, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Social), session => session.ExecuteAsync(
            muted
                ? "INSERT INTO $mutes (account_id, target_id, created_at) VALUES (@account, @target, @now) ON CONFLICT DO NOTHING"
                : "DELETE FROM $mutes WHERE account_id = @account AND target_id = @target",
            new { account, target, now = time.GetUtcNow() }), cancel);

    /// <summary>Whom a person mutes, by account id.</summary>
    public async Task<RowPage<AccountId>> OfAsync(AccountId account, IdRange page, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(account.In(Cluster.Social), session => session.QueryAsync<AccountId>(
            $"""
            SELECT target_id FROM $mutes WHERE account_id = @account AND target_id > @Above AND target_id < @Below
            ORDER BY target_id {page.Direction} LIMIT @Take
            """, new { account, page.Above, page.Below, page.Take }), Freshness.Any, cancel));
}
