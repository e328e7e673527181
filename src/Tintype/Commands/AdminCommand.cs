using System.CommandLine;
using System.Security.Cryptography;
using Tintype.Accounts;
using Tintype.Cards;
using Tintype.Demo.Population;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Commands;

/// <summary>tintype admin: what the keeper of an instance does to accounts from the command line.</summary>
internal static class AdminCommand
{
    public static Command Create() => new("admin", "Look after accounts: tokens, passwords, ownership, suspension.")
    {
        OfPerson("token", "Prints a new bearer token with every scope, for scripts. The person sees it among their sessions and can revoke it.", TokenAsync),
        OfPerson("reset-password", "Sets a new random password, prints it, and ends every session of that person.", ResetPasswordAsync),
        OfPerson("owner", "Makes somebody an owner of this instance.", (services, account, cancel) => PromoteAsync(services, account, cancel)),
        OfPerson("suspend", "Hides an account and all it shared from everybody, and ends its sessions.", SuspendAsync),
        OfPerson("unsuspend", "Brings a suspended account back.", UnsuspendAsync),
    };

    private static Command OfPerson(string name, string description, Func<IServiceProvider, Account, CancellationToken, Task<int>> act)
    {
        var user = new Argument<string>("user") { Description = "Username or e-mail." };
        var data = CommandApp.DataOption();
        var command = new Command(name, description) { user, data };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var app = await CommandApp.OpenAsync(parsed.GetValue(data));
            var said = parsed.GetValue(user)!;
            var accounts = app.Services.GetRequiredService<AccountTable>();
            var kind = said.TrimStart('@').Contains('@') ? NameKind.Email : NameKind.Username;
            if (await accounts.FindIdAsync(kind, said.TrimStart('@'), cancel: cancel) is not { } id || await accounts.FindAsync(id, cancel) is not { } account)
            {
                await Console.Error.WriteLineAsync($"There is nobody called {said} in {Path.GetFullPath(app.Services.GetRequiredService<Settings>().Data)}.");
                return 1;
            }
            return await act(app.Services, account, cancel);
        });
        return command;
    }

    private static async Task<int> TokenAsync(IServiceProvider services, Account account, CancellationToken cancel)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        Console.WriteLine(await TrustedApp.IssueAsync(services.GetRequiredService<TokenTable>(), account.Id, now, cancel));
        return 0;
    }

    private static async Task<int> ResetPasswordAsync(IServiceProvider services, Account account, CancellationToken cancel)
    {
        var password = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20);
        var hash = await services.GetRequiredService<PasswordHasher>().HashAsync(password);
        var accounts = services.GetRequiredService<AccountTable>();
        if (!await accounts.ChangePasswordAsync(account, hash, cancel))
        {
            await Console.Error.WriteLineAsync("The password was changed by somebody else in this moment: nothing done. Try again.");
            return 1;
        }
        await EndSessionsAsync(services, account, cancel);
        Console.WriteLine(password);
        return 0;
    }

    private static async Task<int> PromoteAsync(IServiceProvider services, Account account, CancellationToken cancel)
    {
        await services.GetRequiredService<AccountTable>().SetRoleAsync(account.Id, AccountRole.Owner, cancel);
        await services.GetRequiredService<People>().ForgetAsync(account.Id, account.Username);
        // What is remembered of a token says what its person is.
        await services.GetRequiredService<Authentication>().RevokedAsync((await services.GetRequiredService<TokenTable>().OfAsync(account.Id, cancel)).Select(token => token.Id));
        Console.WriteLine($"@{account.Username} is an owner now.");
        return 0;
    }

    private static async Task<int> SuspendAsync(IServiceProvider services, Account account, CancellationToken cancel)
    {
        if (!await services.GetRequiredService<AccountTable>().SuspendAsync(account.Id, suspended: true, cancel))
        {
            await Console.Error.WriteLineAsync($"@{account.Username} is not active: nothing done.");
            return 1;
        }
        await services.GetRequiredService<People>().ForgetAsync(account.Id, account.Username);
        await EndSessionsAsync(services, account, cancel);
        Console.WriteLine($"@{account.Username} is suspended. Running servers know at once; one on embedded databases notices within minutes.");
        return 0;
    }

    private static async Task<int> UnsuspendAsync(IServiceProvider services, Account account, CancellationToken cancel)
    {
        if (!await services.GetRequiredService<AccountTable>().SuspendAsync(account.Id, suspended: false, cancel))
        {
            await Console.Error.WriteLineAsync($"@{account.Username} is not suspended: nothing done.");
            return 1;
        }
        await services.GetRequiredService<People>().ForgetAsync(account.Id, account.Username);
        Console.WriteLine($"@{account.Username} is active again.");
        return 0;
    }

    private static async Task EndSessionsAsync(IServiceProvider services, Account account, CancellationToken cancel)
    {
        var tokens = services.GetRequiredService<TokenTable>();
        foreach (var token in await tokens.OfAsync(account.Id, cancel))
        {
            await tokens.RevokeAsync(token.Id, cancel);
            await services.GetRequiredService<Authentication>().RevokedAsync(token.Id);
        }
    }
}
