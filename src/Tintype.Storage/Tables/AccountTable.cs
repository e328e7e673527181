using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>
/// Accounts, and the claims that make usernames and e-mails unique over all shards. Signing up claims both names (each in the shard
/// of its hash), then writes the account (in the shard of its id), then confirms the claims. Whoever dies in between leaves a claim
/// that lapses after <see cref="ClaimLifetime"/>.
/// </summary>
public sealed class AccountTable(ShardRouter router, OutboxTable outbox, TimeProvider time)
{
    public static readonly TimeSpan ClaimLifetime = TimeSpan.FromMinutes(10);

    /// <summary>The one name that can be claimed as <see cref="NameKind.Ownership"/>.</summary>
    private const string TheInstance = "instance";

    private const string Columns =
        "id, username, email, password_hash, display_name, bio, website, avatar_id, avatar_secret, is_private, is_discoverable, birth_year, language, fields, role, state, created_at, deleted_at";

    /// <summary>Creates an account whose id the caller drew.</summary>
    /// <param name="keepTakenEmail">
    /// An e-mail that somebody holds already is written all the same, without a claim: the address logs its holder in, and the answer
    /// does not tell that there is one.
    /// </param>
    /// <returns>What was taken already, or null when the account now exists, durably.</returns>
    public async Task<NameKind?> CreateAsync(Account account, bool keepTakenEmail = false, CancellationToken cancel = default)
    {
        if (!await ClaimAsync(NameKind.Username, account.Username, account.Id, cancel))
        {
            return NameKind.Username;
        }
        if (account.Email.Length > 0 && !await ClaimAsync(NameKind.Email, account.Email, account.Id, cancel) && !keepTakenEmail)
        {
            await ReleaseAsync(NameKind.Username, account.Username, account.Id, cancel);
            return NameKind.Email;
        }
        await router.WriteAsync(account.Id.In(Cluster.Accounts), async session =>
        {
            await session.ExecuteAsync(
                """
                INSERT INTO $accounts (id, username, email, password_hash, display_name, bio, website, avatar_id, avatar_secret, is_private, is_discoverable, birth_year, language, fields, role, state, created_at)
                VALUES (@Id, @Username, @Email, @PasswordHash, @DisplayName, @Bio, @Website, @AvatarId, @AvatarSecret, @isPrivate, @isDiscoverable, @BirthYear, @Language, @Fields, @Role, @State, @CreatedAt)
                """, Args(account));
            await outbox.AddAsync(session, account.Id.Shard, OutboxMessage.Of(new AccountChanged(account.Id)));
        }, cancel);
        await ConfirmAsync(account, cancel);
        return null;
    }

    /// <summary>Makes the claims of an account that exists lasting. Harmless when repeated: the AccountChanged job repeats it.</summary>
    public async Task ConfirmAsync(Account account, CancellationToken cancel = default)
    {
        await ConfirmAsync(NameKind.Username, account.Username, account.Id, cancel);
        if (account.Email.Length > 0)
        {
            await ConfirmAsync(NameKind.Email, account.Email, account.Id, cancel);
        }
        if (account.Role == AccountRole.Owner)
        {
            await ConfirmAsync(NameKind.Ownership, TheInstance, account.Id, cancel);
        }
    }

    /// <summary>Whose instance it is: whoever signed up first. Null while nobody has.</summary>
    public Task<AccountId?> FindOwnerAsync(CancellationToken cancel = default) => FindIdAsync(NameKind.Ownership, TheInstance, cancel: cancel);

    /// <summary>Asks for the ownership of an instance that has no owner; of all who ask at once one gets it.</summary>
    public Task<bool> ClaimOwnershipAsync(AccountId id, CancellationToken cancel = default) => ClaimAsync(NameKind.Ownership, TheInstance, id, cancel);

    /// <summary>Gives an ownership back that was claimed for an account which then could not be made.</summary>
    public Task ReleaseOwnershipAsync(AccountId id, CancellationToken cancel = default) => ReleaseAsync(NameKind.Ownership, TheInstance, id, cancel);

    /// <summary>The accounts with these ids, whatever their state; unknown ids are left out.</summary>
    public Task<IReadOnlyList<Account>> GetAsync(IReadOnlyCollection<AccountId> ids, Freshness freshness = Freshness.Latest, CancellationToken cancel = default) =>
        router.ReadManyAsync(Cluster.Accounts, ids, (session, here) =>
            session.QueryAsync<Account>($"SELECT {Columns} FROM $accounts WHERE id IN @here", new { here = here.Values() }), freshness, cancel);

    public async Task<Account?> FindAsync(AccountId id, CancellationToken cancel = default) =>
        await router.ReadAsync(id.In(Cluster.Accounts), session =>
            session.FirstOrDefaultAsync<Account>($"SELECT {Columns} FROM $accounts WHERE id = @id", new { id }), cancel: cancel);

    /// <summary>Who holds this username or e-mail, in any case of letters; null when nobody.</summary>
    public async Task<AccountId?> FindIdAsync(NameKind kind, string name, Freshness freshness = Freshness.Latest, CancellationToken cancel = default)
    {
        var key = Normal(name);
        return await router.ReadAsync(ShardOf(kind, key), session => session.FirstOrDefaultAsync<AccountId?>(
            "SELECT account_id FROM $claims WHERE kind = @kind AND name = @key AND confirmed = 1",
            new { kind = Word(kind), key }), freshness, cancel);
    }

    /// <summary>Writes every editable column of a profile. Username and e-mail are changed by their own methods.</summary>
    public Task UpdateProfileAsync(Account account, CancellationToken cancel = default) =>
        router.WriteAsync(account.Id.In(Cluster.Accounts), async session =>
        {
            await session.ExecuteAsync(
                """
                UPDATE $accounts SET display_name = @DisplayName, bio = @Bio, website = @Website, avatar_id = @AvatarId, avatar_secret = @AvatarSecret,
                  is_private = @isPrivate, is_discoverable = @isDiscoverable, language = @Language, fields = @Fields WHERE id = @Id
                """, Args(account));
            await outbox.AddAsync(session, account.Id.Shard, OutboxMessage.Of(new AccountChanged(account.Id)));
        }, cancel);

    /// <summary>Shows the drawn initial again in place of a picture that cannot be shown.</summary>
    /// <returns>False when the person has chosen another in the meantime.</returns>
    public async Task<bool> TakeAvatarOffAsync(AccountId id, MediaId picture, CancellationToken cancel = default) =>
        await router.WriteAsync(id.In(Cluster.Accounts), session => session.ExecuteAsync(
            "UPDATE $accounts SET avatar_id = NULL, avatar_secret = NULL WHERE id = @id AND avatar_id = @picture", new { id, picture }), cancel) == 1;

    /// <summary>
    /// Changes the e-mail. An address that somebody else holds is written without a claim, as in <see cref="CreateAsync"/>.
    /// </summary>
    public async Task ChangeEmailAsync(Account account, string email, CancellationToken cancel = default)
    {
        var claimed = await ClaimAsync(NameKind.Email, email, account.Id, cancel);
        await router.WriteAsync(account.Id.In(Cluster.Accounts), session =>
            session.ExecuteAsync("UPDATE $accounts SET email = @email WHERE id = @Id", new { account.Id, email }), cancel);
        if (claimed)
        {
            await ConfirmAsync(NameKind.Email, email, account.Id, cancel);
        }
        if (Normal(account.Email) != Normal(email))
        {
            await ReleaseAsync(NameKind.Email, account.Email, account.Id, cancel);
        }
    }

    /// <summary>Sets a password hash, provided nobody changed it since <paramref name="account"/> was read.</summary>
    public async Task<bool> ChangePasswordAsync(Account account, string passwordHash, CancellationToken cancel = default) =>
        await router.WriteAsync(account.Id.In(Cluster.Accounts), session => session.ExecuteAsync(
            "UPDATE $accounts SET password_hash = @passwordHash WHERE id = @Id AND password_hash = @old",
            new { account.Id, passwordHash, old = account.PasswordHash }), cancel) == 1;

    /// <summary>Sets what somebody may do on this instance.</summary>
    public Task SetRoleAsync(AccountId id, AccountRole role, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Accounts), async session =>
        {
            await session.ExecuteAsync("UPDATE $accounts SET role = @role WHERE id = @id", new { id, role });
            await outbox.AddAsync(session, id.Shard, OutboxMessage.Of(new AccountChanged(id)));
        }, cancel);

    /// <summary>Hides an active account from everybody, or brings a suspended one back.</summary>
    /// <returns>False when it is in neither of these states.</returns>
    public Task<bool> SuspendAsync(AccountId id, bool suspended, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Accounts), async session =>
        {
            var (from, to) = suspended ? (AccountState.Active, AccountState.Suspended) : (AccountState.Suspended, AccountState.Active);
            var changed = await session.ExecuteAsync("UPDATE $accounts SET state = @to WHERE id = @id AND state = @from", new { id, from, to }) == 1;
            if (changed)
            {
                await outbox.AddAsync(session, id.Shard, OutboxMessage.Of(new AccountChanged(id)));
            }
            return changed;
        }, cancel);

    /// <summary>Hides an account and takes all its tokens away, at once; purges it after <paramref name="grace"/> unless restored.</summary>
    /// <returns>The tokens that are no more.</returns>
    public Task<IReadOnlyList<TokenId>> DeleteAsync(AccountId id, TimeSpan grace, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Accounts), async session =>
        {
            var hidden = await session.ExecuteAsync(
                $"UPDATE $accounts SET state = {(int)AccountState.Deleted}, deleted_at = @now WHERE id = @id AND state = {(int)AccountState.Active}",
                new { id, now = time.GetUtcNow() });
            if (hidden == 1)
            {
                await outbox.AddAsync(session, id.Shard, OutboxMessage.Of(new AccountChanged(id)), OutboxMessage.Of(new AccountPurgeDue(id), grace));
            }
            return await session.QueryAsync<TokenId>("DELETE FROM $tokens WHERE account_id = @id RETURNING id", new { id });
        }, cancel);

    /// <returns>False when it is not a deleted account: active, or purged.</returns>
    public Task<bool> RestoreAsync(AccountId id, CancellationToken cancel = default) =>
        router.WriteAsync(id.In(Cluster.Accounts), async session =>
        {
            var restored = await session.ExecuteAsync(
                $"UPDATE $accounts SET state = {(int)AccountState.Active}, deleted_at = NULL WHERE id = @id AND state = {(int)AccountState.Deleted}", new { id });
            if (restored == 1)
            {
                await outbox.AddAsync(session, id.Shard, OutboxMessage.Of(new AccountChanged(id)));
            }
            return restored == 1;
        }, cancel);

    /// <summary>
    /// Whether everything of an account is to be removed for good: its days are over, or its row is gone because another part of the
    /// purge came first (ids are never used again). False once it was restored.
    /// </summary>
    public async Task<bool> IsPurgeDueAsync(AccountId id, TimeSpan grace, CancellationToken cancel = default) =>
        await FindAsync(id, cancel) is not { } account
        || account is { State: AccountState.Deleted, DeletedAt: { } deletedAt } && deletedAt + grace <= time.GetUtcNow();

    /// <summary>Removes the row, its tokens and its claims.</summary>
    public async Task PurgeAsync(Account account, CancellationToken cancel = default)
    {
        await ReleaseAsync(NameKind.Email, account.Email, account.Id, cancel);
        await ReleaseAsync(NameKind.Ownership, TheInstance, account.Id, cancel);
        await ReleaseAsync(NameKind.Username, account.Username, account.Id, cancel);
        await router.WriteAsync(account.Id.In(Cluster.Accounts), async session =>
        {
            await session.ExecuteAsync("DELETE FROM $tokens WHERE account_id = @Id", new { account.Id });
            await session.ExecuteAsync("DELETE FROM $accounts WHERE id = @Id", new { account.Id });
        }, cancel);
    }

    /// <summary>How many active accounts there are, and how many of them used a token since <paramref name="since"/>.</summary>
    public async Task<(long All, long Recent)> CountFromAllShardsAsync(DateTimeOffset since, CancellationToken cancel = default)
    {
        var counts = await router.ReadFromAllShardsAsync<long[]>(Cluster.Accounts, async session =>
            [[
                await session.ScalarAsync<long>($"SELECT count(*) FROM $accounts WHERE state = {(int)AccountState.Active}"),
                await session.ScalarAsync<long>("SELECT count(DISTINCT account_id) FROM $tokens WHERE last_used_at > @since", new { since }),
            ]], Freshness.Any, cancel);
        return (counts.Sum(shard => shard[0]), counts.Sum(shard => shard[1]));
    }

    private static object Args(Account account) => new
    {
        account.Id, account.Username, account.Email, account.PasswordHash, account.DisplayName, account.Bio, account.Website, account.AvatarId,
        account.AvatarSecret, isPrivate = account.IsPrivate ? 1L : 0L, isDiscoverable = account.IsDiscoverable ? 1L : 0L, account.BirthYear,
        account.Language, account.Fields, account.Role, account.State, account.CreatedAt,
    };

    private async Task<bool> ClaimAsync(NameKind kind, string name, AccountId id, CancellationToken cancel)
    {
        var key = Normal(name);
        var now = time.GetUtcNow();
        var args = new { kind = Word(kind), key, id, now, lapsed = now - ClaimLifetime };
        var holder = await router.ReadAsync(ShardOf(kind, key), session => session.FirstOrDefaultAsync<Claim>(
            "SELECT account_id, confirmed, claimed_at FROM $claims WHERE kind = @kind AND name = @key", args), cancel: cancel);
        if (holder is { Confirmed: 1 } || holder is not null && holder.ClaimedAt >= args.lapsed)
        {
            return holder.AccountId == id;
        }
        if (holder is not null && await FindAsync(holder.AccountId, cancel) is { } alive && Holds(alive, kind, key))
        {
            // Its maker died between writing the account and confirming: the claim stands.
            await ConfirmAsync(kind, name, holder.AccountId, cancel);
            return false;
        }
        return await router.WriteAsync(ShardOf(kind, key), session => session.ExecuteAsync(
            """
            INSERT INTO $claims AS held (kind, name, account_id, confirmed, claimed_at) VALUES (@kind, @key, @id, 0, @now)
            ON CONFLICT (kind, name) DO UPDATE SET account_id = @id, claimed_at = @now
              WHERE held.confirmed = 0 AND held.claimed_at < @lapsed
            """, args), cancel) == 1;
    }

    private static bool Holds(Account account, NameKind kind, string key) => kind switch
    {
        NameKind.Username => Normal(account.Username) == key,
        NameKind.Email => Normal(account.Email) == key,
        _ => account.Role == AccountRole.Owner,
    };

    private Task ConfirmAsync(NameKind kind, string name, AccountId id, CancellationToken cancel) =>
        router.WriteAsync(ShardOf(kind, Normal(name)), session => session.ExecuteAsync(
            "UPDATE $claims SET confirmed = 1 WHERE kind = @kind AND name = @key AND account_id = @id AND confirmed = 0",
            new { kind = Word(kind), key = Normal(name), id }), cancel);

    private Task ReleaseAsync(NameKind kind, string name, AccountId id, CancellationToken cancel) =>
        router.WriteAsync(ShardOf(kind, Normal(name)), session => session.ExecuteAsync(
            "DELETE FROM $claims WHERE kind = @kind AND name = @key AND account_id = @id",
            new { kind = Word(kind), key = Normal(name), id }), cancel);

    private sealed record Claim
    {
        public AccountId AccountId { get; init; }
        public long Confirmed { get; init; }
        public DateTimeOffset ClaimedAt { get; init; }
    }

    /// <param name="key">A name as <see cref="Normal"/> gives it.</param>
    internal Shard ShardOf(NameKind kind, string key) => router.ShardOfName(Cluster.Accounts, $"{Word(kind)}:{key}");

    internal static string Word(NameKind kind) => kind switch { NameKind.Username => "username", NameKind.Email => "email", _ => "ownership" };

    private static string Normal(string name) => name.Trim().ToLowerInvariant();
}

/// <summary>What a claim is for.</summary>
public enum NameKind
{
    Username,
    Email,
    /// <summary>Of the whole instance: the first person's.</summary>
    Ownership,
}
