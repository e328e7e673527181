using Npgsql;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>Messages between processes over LISTEN and NOTIFY on the first server: where no memory server carries them, or while it does not.</summary>
/// <remarks>Outside the transactions that write: commits that notify wait for each other, all over the database.</remarks>
public sealed class PostgresBus(ShardMap map) : IProcessBus
{
    private const string Channel = "tintype_words";

    public Task SendAsync(string message, CancellationToken cancel) => Database.OnLeaderAsync(async (leader, token) =>
    {
        // Asynchronous, for messages need not survive: what they tell of is durable already.
        await using var tell = leader.Source.CreateCommand($"SELECT set_config('synchronous_commit', 'off', true), pg_notify('{Channel}', $1)");
        tell.Parameters.Add(new NpgsqlParameter { Value = message });
        return await tell.ExecuteNonQueryAsync(token);
    }, cancel);

    public async Task ListenAsync(Action<string> hear, CancellationToken cancel)
    {
        var leader = await Database.OnLeaderAsync(static (leader, _) => Task.FromResult(leader), cancel);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancel, leader.Gone);
        await using var connection = await leader.Source.OpenConnectionAsync(lost.Token);
        connection.Notification += (_, heard) => hear(heard.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(lost.Token);
        }
        while (true)
        {
            await connection.WaitAsync(lost.Token);
        }
    }

    private PostgresDatabase Database => (PostgresDatabase)map.Databases[0].Database;
}
