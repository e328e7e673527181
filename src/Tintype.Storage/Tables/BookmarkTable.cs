using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>A post somebody keeps.</summary>
public sealed record Bookmark
{
    public PostId PostId { get; init; }
    /// <summary>Rises with time: the list is ordered by when posts were kept.</summary>
    public long Position { get; init; }
}

/// <summary>What people keep for later, beside the person; nobody else ever reads it.</summary>
public sealed class BookmarkTable(ShardRouter router, ViewerFlagChanges changes)
{
    public Task AddAsync(AccountId account, PostId post, CancellationToken cancel = default) => ChangeAsync(
        account, "INSERT INTO $bookmarks (account_id, post_id, position) VALUES (@account, @post, @position) ON CONFLICT (account_id, post_id) DO NOTHING",
        new { account, post, position = router.Ids.Next<Bookmark>(account.Shard).Value }, cancel);

    public Task RemoveAsync(AccountId account, PostId post, CancellationToken cancel = default) =>
        ChangeAsync(account, "DELETE FROM $bookmarks WHERE account_id = @account AND post_id = @post", new { account, post }, cancel);

    public Task ClearAsync(AccountId account, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Content), session => session.ExecuteAsync("DELETE FROM $bookmarks WHERE account_id = @account", new { account }), cancel);

    /// <summary>Kept last, first.</summary>
    public Task<RowPage<Bookmark>> OfAsync(AccountId account, IdRange range, CancellationToken cancel = default) =>
        router.ReadAsync(account.In(Cluster.Content), async session => range.PageOf(await session.QueryAsync<Bookmark>(
            $"""
            SELECT post_id, position FROM $bookmarks
            WHERE account_id = @account AND position < @Below AND position > @Above ORDER BY position {range.Direction} LIMIT @Take
            """, new { account, range.Below, range.Above, range.Take })), Freshness.Any, cancel);

    private Task ChangeAsync(AccountId account, string sql, object args, CancellationToken cancel) =>
        router.WriteAsync(account.In(Cluster.Content), session =>
        {
            session.AfterCommit(() => changes.Raise(account));
            return session.ExecuteAsync(sql, args);
        }, cancel);
}
