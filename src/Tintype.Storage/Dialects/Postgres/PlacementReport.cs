using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Postgres;

/// <param name="Rows">As the server estimates them.</param>
/// <param name="Writes">Rows inserted, changed and deleted since its statistics began.</param>
/// <param name="State">home, arriving or left.</param>
public sealed record ShardReport(string Schema, string Server, string State, long Epoch, long Bytes, long Rows, long Writes);

/// <param name="Role">leader, follower, or lost.</param>
/// <param name="LagSeconds">Of a follower; null when not known.</param>
public sealed record HostOfServer(string Server, string Host, string Role, double? LagSeconds);

/// <summary>Where each shard lives, and how its servers are.</summary>
public sealed class PlacementReport(PostgresPlacement placement)
{
    private const string SizesSql =
        """
        SELECT n.nspname::text, sum(pg_total_relation_size(c.oid))::bigint, sum(coalesce(s.n_live_tup, 0))::bigint,
          sum(coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0))::bigint
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_stat_user_tables AS s ON s.relid = c.oid
        WHERE c.relkind = 'r' AND n.nspname IN (SELECT schema FROM tintype.shards) GROUP BY n.nspname
        """;

    /// <summary>Every row of the map; a server that does not answer has none.</summary>
    public async Task<IReadOnlyList<ShardReport>> ShardsAsync(CancellationToken cancel)
    {
        var rows = (await placement.AllAsync(cancel)).GroupBy(row => row.Server);
        var reports = await Task.WhenAll(rows.Select(async group =>
        {
            var sizes = await SizesAsync(group.Key, cancel);
            return group.Select(row =>
            {
                var (bytes, live, writes) = sizes.GetValueOrDefault(row.Schema);
                return new ShardReport(row.Schema, row.Server.Name, row.State.ToString().ToLowerInvariant(), row.Epoch, bytes, live, writes);
            });
        }));
        return [.. reports.SelectMany(report => report).OrderBy(report => report.Schema, StringComparer.Ordinal).ThenByDescending(report => report.Epoch)];
    }

    public IReadOnlyList<HostOfServer> Hosts() =>
        [.. placement.Servers.SelectMany(server => server.Hosts.All().Select(one => new HostOfServer(
            server.Name, one.Host.Name, one.Report is null ? "lost" : one.Report.IsLeader ? "leader" : "follower", one.Lag?.TotalSeconds)))];

    private static Task<Dictionary<string, (long Bytes, long Rows, long Writes)>> SizesAsync(PostgresDatabase server, CancellationToken cancel) =>
        server.OnLeaderAsync(async (leader, token) =>
        {
            await using var command = leader.Source.CreateCommand(SizesSql);
            await using var reader = await command.ExecuteReaderAsync(token);
            var sizes = new Dictionary<string, (long, long, long)>();
            while (await reader.ReadAsync(token))
            {
                sizes[reader.GetString(0)] = (reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
            }
            return sizes;
        }, cancel);
}
