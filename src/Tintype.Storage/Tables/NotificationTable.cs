using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// What happened to people, on their own social shard, where blocks and mutes stand too: one statement decides and writes. The same
/// thing by the same person stands once, however often it is told.
/// </summary>
public sealed class NotificationTable(ShardRouter router, TimeProvider time)
{
    /// <summary>Newest kept per person: 25 app pages; nobody scrolls further, and the table must not grow for ever.</summary>
    public const int Kept = 1000;

    private const string Columns = "id, account_id, kind, from_id, NULLIF(post_id, 0) AS post_id, created_at";

    /// <summary>Neither a block either way nor a mute stands between the two.</summary>
    private const string NothingBetween =
        """
        NOT EXISTS (SELECT 1 FROM $blocks AS b WHERE b.account_id = @account AND b.target_id = {0} AND b.active = 1)
        AND NOT EXISTS (SELECT 1 FROM $blocked_by AS b WHERE b.target_id = @account AND b.account_id = {0} AND b.active = 1)
        AND NOT EXISTS (SELECT 1 FROM $mutes AS m WHERE m.account_id = @account AND m.target_id = {0})
        """;

    /// <summary>Still so: nothing between the two, and who followed or asked to still does.</summary>
    private static readonly string StillSo =
        $"""
        n.account_id = @account AND {Between("n.from_id")}
        AND (n.kind > 1 OR EXISTS (SELECT 1 FROM $followers AS f WHERE f.followee_id = @account AND f.follower_id = n.from_id
          AND f.state = CASE n.kind WHEN {(int)NotificationKind.Follow} THEN {(int)FollowState.Active} ELSE {(int)FollowState.Requested} END))
        """;

    /// <returns>True when it is new; false when it stood there, or a block or mute stands between the two.</returns>
    public Task<bool> AddAsync(NotificationDue due, CancellationToken cancel = default) =>
        router.InsertAsync<Notification, bool>(Cluster.Social, due.AccountId.Shard, async (session, id) =>
        {
            var isNew = await session.ExecuteAsync(
                $"""
                INSERT INTO $notifications (id, account_id, kind, from_id, post_id, created_at)
                SELECT @id, @account, @kind, @from, @post, @now WHERE {Between("@from")}
                ON CONFLICT (account_id, kind, from_id, post_id) DO NOTHING
                """, new
                {
                    id, account = due.AccountId, kind = (long)due.NotificationKind, from = due.FromId, post = due.PostId?.Value ?? 0, now = time.GetUtcNow(),
                }) == 1;
            if (isNew)
            {
                await session.ExecuteAsync(
                    """
                    DELETE FROM $notifications WHERE account_id = @account AND id <= (
                      SELECT id FROM $notifications WHERE account_id = @account ORDER BY id DESC LIMIT 1 OFFSET @kept)
                    """, new { account = due.AccountId, kept = Kept });
            }
            return isNew;
        }, cancel);

    /// <summary>Takes back what was told: a like that was withdrawn.</summary>
    public Task WithdrawAsync(NotificationDue due, CancellationToken cancel = default) =>
        router.WriteAsync(due.AccountId.In(Cluster.Social), session => session.ExecuteAsync(
            "DELETE FROM $notifications WHERE account_id = @account AND kind = @kind AND from_id = @from AND post_id = @post",
            new { account = due.AccountId, kind = (long)due.NotificationKind, from = due.FromId, post = due.PostId?.Value ?? 0 }), cancel);

    /// <param name="kinds">Only these.</param>
    public Task<RowPage<Notification>> OfAsync(AccountId account, IReadOnlyList<NotificationKind> kinds, IdRange range, CancellationToken cancel = default) =>
        router.ReadAsync(account.In(Cluster.Social), async session => range.PageOf(await session.QueryAsync<Notification>(
            $"""
            SELECT {Columns} FROM $notifications AS n WHERE {StillSo} AND n.kind IN @kinds AND n.id < @Below AND n.id > @Above
            ORDER BY n.id {range.Direction} LIMIT @Take
            """, new { account, kinds = kinds.Select(kind => (long)kind).ToArray(), range.Below, range.Above, range.Take })), Freshness.Any, cancel);

    public async Task<Notification?> FindAsync(AccountId account, NotificationId id, CancellationToken cancel = default) =>
        await router.ReadAsync(account.In(Cluster.Social), session => session.FirstOrDefaultAsync<Notification>(
            $"SELECT {Columns} FROM $notifications AS n WHERE n.id = @id AND {StillSo}", new { account, id }), cancel: cancel);

    public Task DismissAsync(AccountId account, NotificationId id, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Social), session => session.ExecuteAsync(
            "DELETE FROM $notifications WHERE id = @id AND account_id = @account", new { account, id }), cancel);

    public Task ClearAsync(AccountId account, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Social), session => session.ExecuteAsync(
            "DELETE FROM $notifications WHERE account_id = @account", new { account }), cancel);

    /// <summary>How many came after the person's marker; counts no further than <paramref name="most"/>.</summary>
    public async Task<int> CountUnreadAsync(AccountId account, int most, CancellationToken cancel = default) =>
        (int)await router.ReadAsync(account.In(Cluster.Social), session => session.ScalarAsync<long>(
            $"""
            SELECT count(*) FROM (
              SELECT 1 FROM $notifications AS n WHERE {StillSo} AND n.id > COALESCE(
                (SELECT last_read_id FROM $markers AS m WHERE m.account_id = @account AND m.name = '{MarkerTable.Notifications}'), 0) LIMIT @most) AS unread
            """, new { account, most }), Freshness.Any, cancel);

    private static string Between(string person) => NothingBetween.Replace("{0}", person, StringComparison.Ordinal);
}
