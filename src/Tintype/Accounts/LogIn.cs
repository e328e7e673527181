using Tintype.Http;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

internal abstract record LogInOutcome
{
    public sealed record Welcome(Account Account) : LogInOutcome;

    /// <summary>The right password of an account that its owner deleted: it may be restored.</summary>
    public sealed record Deleted(Account Account) : LogInOutcome;

    /// <summary>No such name, a wrong password, a suspended account: never said which.</summary>
    public sealed record Refused : LogInOutcome;

    public sealed record TooMany(TimeSpan RetryAfter) : LogInOutcome;
}

/// <summary>
/// Checks a name and a password. Whatever is wrong, the answer and the work are the same: one hash. Attempts are counted before they
/// are made, so that many at once are no way round, and by the name as typed, so that the count tells nothing about who has it.
/// </summary>
internal sealed class LogIn(AccountTable accounts, PasswordHasher hasher, RateCounters counters, TimeProvider time, Settings settings)
{
    // Ten in a quarter of an hour, fifty in a day: a thousand guesses take three weeks. An address may have many people behind it.
    private const int DayFactor = 5;
    private const int AddressFactor = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public const string Wrong = "The name or the password is wrong.";

    /// <param name="name">Username or e-mail, in any case of letters.</param>
    public async Task<LogInOutcome> TryAsync(string name, string password, HttpContext context)
    {
        name = name.Trim().TrimStart('@').ToLowerInvariant();
        if (await CountAsync(name, context) is { } wait)
        {
            return new LogInOutcome.TooMany(wait);
        }
        var kind = name.Contains('@', StringComparison.Ordinal) ? NameKind.Email : NameKind.Username;
        var id = name.Length is 0 or > SignUp.MaxEmail ? null : await accounts.FindIdAsync(kind, name, cancel: context.RequestAborted);
        var account = id is { } known ? await accounts.FindAsync(known, context.RequestAborted) : null;
        if (!await IsRightAsync(account, password, context.RequestAborted) || account is null or { State: AccountState.Suspended })
        {
            return new LogInOutcome.Refused();
        }
        await TakeBackAsync(name, context);
        return account.State == AccountState.Deleted ? new LogInOutcome.Deleted(account) : new LogInOutcome.Welcome(account);
    }

    /// <summary>Whether somebody who is signed in knows the password: before changing what a stranger at the keyboard must not.</summary>
    public async Task<LogInOutcome> ConfirmAsync(Account account, string password, HttpContext context)
    {
        var name = account.Username.ToLowerInvariant();
        if (await CountAsync(name, context) is { } wait)
        {
            return new LogInOutcome.TooMany(wait);
        }
        if (!await IsRightAsync(account, password, context.RequestAborted))
        {
            return new LogInOutcome.Refused();
        }
        await TakeBackAsync(name, context);
        return new LogInOutcome.Welcome(account);
    }

    private async Task<bool> IsRightAsync(Account? account, string password, CancellationToken cancel)
    {
        var typed = password.Length > PasswordRules.MaxLength ? "" : password;
        var check = await hasher.CheckAsync(typed, account?.PasswordHash ?? "");
        if (check == PasswordCheck.RightButOutdated)
        {
            await accounts.ChangePasswordAsync(account!, await hasher.HashAsync(typed), cancel);
        }
        return check != PasswordCheck.Wrong;
    }

    /// <returns>How long to wait when there were too many; null when this attempt may be made.</returns>
    private async Task<TimeSpan?> CountAsync(string name, HttpContext context)
    {
        if (!settings.RateLimits.Enabled)
        {
            return null;
        }
        foreach (var (key, window, most) in Limits(name, context))
        {
            var count = await counters.AddAsync(key, window);
            if (count.Count > most)
            {
                return count.ResetsAt - time.GetUtcNow();
            }
        }
        return null;
    }

    /// <summary>Only wrong passwords count.</summary>
    private async Task TakeBackAsync(string name, HttpContext context)
    {
        if (settings.RateLimits.Enabled)
        {
            foreach (var (key, window, _) in Limits(name, context))
            {
                await counters.AddAsync(key, window, -1);
            }
        }
    }

    private (string Key, TimeSpan Window, int Most)[] Limits(string name, HttpContext context) =>
    [
        ($"logins:address:{ClientAddress.Network(context)}", Window, settings.RateLimits.LogIns * AddressFactor),
        ($"logins:name:{name}", Window, settings.RateLimits.LogIns),
        ($"logins:day:{name}", Day, settings.RateLimits.LogIns * DayFactor),
    ];
}
