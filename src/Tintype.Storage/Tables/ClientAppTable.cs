using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// Apps registered over the client API, on the accounts shard of their id. A client_id is "id-random", so it says its shard; of the
/// client_secret (256 random bits) only the SHA-256 is kept.
/// </summary>
public sealed class ClientAppTable(ShardRouter router)
{
    private const string Columns = "id, name, website, redirect_uris, scopes, client_id, secret_hash, created_at";

    /// <summary>Registers an app. Id, client id and secret of the argument are ignored.</summary>
    /// <returns>The row, and the secret to be shown once.</returns>
    public Task<(ClientApp App, string Secret)> AddAsync(ClientApp app, CancellationToken cancel = default)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return router.InsertAsync<ClientApp, (ClientApp, string)>(Cluster.Accounts, RandomNumberGenerator.GetInt32(router.Map.Shards), async (session, id) =>
        {
            var row = app with { Id = id, ClientId = $"{id}-{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12))}", SecretHash = Hash(secret) };
            await session.ExecuteAsync(
                $"INSERT INTO $client_apps ({Columns}) VALUES (@Id, @Name, @Website, @RedirectUris, @Scopes, @ClientId, @SecretHash, @CreatedAt)", row);
            return (row, secret);
        }, cancel);
    }

    /// <returns>Null when nobody registered such a client id.</returns>
    public async Task<ClientApp?> FindAsync(string clientId, CancellationToken cancel = default)
    {
        var dash = clientId.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !AppId.TryParse(clientId[..dash], CultureInfo.InvariantCulture, out var id) || !router.Map.Holds(id.Shard))
        {
            return null;
        }
        var app = await router.ReadAsync(id.In(Cluster.Accounts), session =>
            session.FirstOrDefaultAsync<ClientApp>($"SELECT {Columns} FROM $client_apps WHERE id = @id", new { id }), cancel: cancel);
        return app?.ClientId == clientId ? app : null;
    }

    /// <summary>The apps with these ids; unknown ids are left out.</summary>
    public Task<IReadOnlyList<ClientApp>> GetAsync(IReadOnlyCollection<AppId> ids, CancellationToken cancel = default) =>
        router.ReadManyAsync(Cluster.Accounts, ids, (session, here) =>
            session.QueryAsync<ClientApp>($"SELECT {Columns} FROM $client_apps WHERE id IN @here", new { here = here.Values() }), cancel: cancel);

    /// <summary>Whether a secret is the app's, in constant time.</summary>
    public static bool Matches(ClientApp app, string secret) => CryptographicOperations.FixedTimeEquals(app.SecretHash, Hash(secret));

    private static byte[] Hash(string secret) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret));
}
