using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>How far a person has read a list.</summary>
public sealed record Marker
{
    public string Name { get; init; } = "";
    public long LastReadId { get; init; }
    public long Version { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Markers, on the reader's social shard. A marker only moves on: of two devices the one that read further wins.</summary>
public sealed class MarkerTable(ShardRouter router, TimeProvider time)
{
    public const string Home = "home";
    public const string Notifications = "notifications";

    private const string Columns = "name, last_read_id, version, updated_at";

    public Task<IReadOnlyList<Marker>> OfAsync(AccountId account, CancellationToken cancel = default) =>
        router.ReadAsync(account.In(Cluster.Social), session => session.QueryAsync<Marker>(
            $"SELECT {Columns} FROM $markers WHERE account_id = @account", new { account }), cancel: cancel);

    public Task ClearAsync(AccountId account, CancellationToken cancel = default) =>
        router.WriteAsync(account.In(Cluster.Social), session => session.ExecuteAsync("DELETE FROM $markers WHERE account_id = @account", new { account }), cancel);

    /// <returns>The marker as it now stands.</returns>
    public async Task<Marker> MoveAsync(AccountId account, string name, long lastReadId, CancellationToken cancel = default) =>
        (await router.WriteAsync(account.In(Cluster.Social), session => session.FirstOrDefaultAsync<Marker>(
            $"""
            INSERT INTO $markers AS mine (account_id, name, last_read_id, version, updated_at) VALUES (@account, @name, @lastReadId, 1, @now)
            ON CONFLICT (account_id, name) DO UPDATE SET version = mine.version + 1, updated_at = @now,
              last_read_id = CASE WHEN @lastReadId > mine.last_read_id THEN @lastReadId ELSE mine.last_read_id END
            RETURNING {Columns}
            """, new { account, name, lastReadId, now = time.GetUtcNow() }), cancel))!;
}
