using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>Deleting an account hides it everywhere at once; it can be restored for some days, then the purge removes it for good.</summary>
internal sealed class DeletedAccounts(AccountTable accounts, Authentication authentication, People people, Settings settings)
{
    public async Task DeleteAsync(Account account, CancellationToken cancel)
    {
        var tokens = await accounts.DeleteAsync(account.Id, TimeSpan.FromDays(settings.Accounts.RestoreDays), cancel);
        await people.ForgetAsync(account.Id, account.Username);
        await authentication.RevokedAsync(tokens);
    }

    /// <returns>The account, active again; null when it was purged in the meantime or is not deleted.</returns>
    public async Task<Account?> RestoreAsync(AccountId id, CancellationToken cancel)
    {
        if (!await accounts.RestoreAsync(id, cancel))
        {
            return null;
        }
        var account = await accounts.FindAsync(id, cancel);
        await people.ForgetAsync(id, account?.Username);
        return account;
    }
}

/// <summary>
/// Removes the account itself once its days are over. Every slice removes what it keeps of the person on the same payload, asking
/// <see cref="AccountTable.IsPurgeDueAsync"/> first; they may come before or after this.
/// </summary>
internal sealed class PurgeAccount(AccountTable accounts, People people, Settings settings) : IJob<AccountPurgeDue>
{
    public async Task RunAsync(AccountPurgeDue payload, CancellationToken cancel)
    {
        if (await accounts.IsPurgeDueAsync(payload.AccountId, TimeSpan.FromDays(settings.Accounts.RestoreDays), cancel)
            && await accounts.FindAsync(payload.AccountId, cancel) is { } account)
        {
            await accounts.PurgeAsync(account, cancel);
            await people.ForgetAsync(account.Id, account.Username);
        }
    }
}

/// <summary>Makes the claims of a new account lasting, should the process that made it have died before it could.</summary>
internal sealed class ConfirmClaims(AccountTable accounts) : IJob<AccountChanged>
{
    public async Task RunAsync(AccountChanged payload, CancellationToken cancel)
    {
        if (await accounts.FindAsync(payload.AccountId, cancel) is { } account)
        {
            await accounts.ConfirmAsync(account, cancel);
        }
    }
}
