using System.Data;
using Npgsql;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>The one lock that whoever changes a server's schemas holds, among all processes.</summary>
internal sealed class MigrationLock : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly string keys;

    private MigrationLock(NpgsqlConnection connection, string keys) => (this.connection, this.keys) = (connection, keys);

    public static async Task<MigrationLock> TakeAsync(NpgsqlDataSource source, int space, CancellationToken cancel)
    {
        var alone = new MigrationLock(await source.OpenConnectionAsync(cancel), $"{space}, -1");
        try
        {
            await using var take = alone.connection.CreateCommand();
            // Waits as long as another process migrates: minutes, where there is much data.
            take.CommandText = $"SELECT pg_advisory_lock({alone.keys})";
            take.CommandTimeout = 0;
            await take.ExecuteNonQueryAsync(cancel);
            return alone;
        }
        catch
        {
            await alone.connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The pool would keep the connection, and with it the lock. A connection that is lost has lost its lock too.
        if (connection.FullState == ConnectionState.Open)
        {
            await using var free = connection.CreateCommand();
            free.CommandText = $"SELECT pg_advisory_unlock({keys})";
            await free.ExecuteNonQueryAsync(CancellationToken.None);
        }
        await connection.DisposeAsync();
    }
}
