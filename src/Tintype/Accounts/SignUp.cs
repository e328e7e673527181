using System.Text.RegularExpressions;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>What a person fills in to join.</summary>
/// <param name="BirthYear">Null when an app did not ask; a page always does.</param>
internal sealed record SignUpForm(string Username, string Email, string Password, string DisplayName, int? BirthYear, string Language = "en");

internal abstract record SignUpOutcome
{
    public sealed record Welcome(Account Account) : SignUpOutcome;
    public sealed record Refused(IReadOnlyList<FieldProblem> Problems) : SignUpOutcome;
    public sealed record Closed : SignUpOutcome;
    public sealed record TooMany(TimeSpan RetryAfter) : SignUpOutcome;
}

/// <summary>
/// Makes accounts. Usernames are public, so a taken one is named. An e-mail that has an account already is accepted like any other
/// and simply not claimed: the answer is the same, and the address goes on logging its first holder in.
/// </summary>
internal sealed partial class SignUp(
    AccountTable accounts, IdGenerator ids, PasswordHasher hasher, People people, RateCounters counters, TimeProvider time, Settings settings)
{
    public const int MaxDisplayName = 50;
    public const int MaxEmail = 254;
    private const int OldestAge = 120;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    /// <summary>Whether strangers may join: the first person always may.</summary>
    public async Task<bool> IsOpenAsync(CancellationToken cancel) => settings.Accounts.SignUpOpen || await IsFirstAsync(cancel);

    /// <summary>Whether this instance has no owner yet.</summary>
    public async Task<bool> IsFirstAsync(CancellationToken cancel) => await accounts.FindOwnerAsync(cancel) is null;

    public async Task<SignUpOutcome> TryAsync(SignUpForm form, HttpContext context)
    {
        var cancel = context.RequestAborted;
        form = form with { Username = form.Username.Trim(), Email = form.Email.Trim(), DisplayName = form.DisplayName.Trim() };
        if (!await IsOpenAsync(cancel))
        {
            return new SignUpOutcome.Closed();
        }
        var problems = ProblemsWith(form).ToList();
        if (Username.ProblemWith(form.Username) is null && await accounts.FindIdAsync(NameKind.Username, form.Username, cancel: cancel) is not null)
        {
            problems.Insert(0, Taken);
        }
        if (problems.Count > 0)
        {
            return new SignUpOutcome.Refused(problems);
        }
        if (settings.RateLimits.Enabled)
        {
            var count = await counters.AddAsync($"signups:{ClientAddress.Network(context)}", Window);
            if (count.Count > settings.RateLimits.SignUps)
            {
                return new SignUpOutcome.TooMany(count.ResetsAt - time.GetUtcNow());
            }
        }
        return await CreateAsync(form, cancel);
    }

    private async Task<SignUpOutcome> CreateAsync(SignUpForm form, CancellationToken cancel)
    {
        var hash = await hasher.HashAsync(form.Password);
        var id = ids.NextAnywhere<Account>();
        var owns = await IsFirstAsync(cancel) && await accounts.ClaimOwnershipAsync(id, cancel);
        var account = new Account
        {
            Id = id, Username = form.Username, Email = form.Email, PasswordHash = hash, DisplayName = form.DisplayName, BirthYear = form.BirthYear,
            Language = form.Language, Role = owns ? AccountRole.Owner : AccountRole.Person, CreatedAt = time.GetUtcNow(),
        };
        if (await accounts.CreateAsync(account, keepTakenEmail: true, cancel) is not null)
        {
            if (owns)
            {
                await accounts.ReleaseOwnershipAsync(id, cancel);
            }
            return new SignUpOutcome.Refused([Taken]);
        }
        await people.ForgetAsync(id, form.Username);
        return new SignUpOutcome.Welcome(account);
    }

    private static readonly FieldProblem Taken = new("username", "ERR_TAKEN", "This username is taken.");

    private IEnumerable<FieldProblem> ProblemsWith(SignUpForm form) =>
        new[]
        {
            Username.ProblemWith(form.Username),
            ProblemWithEmail(form.Email),
            PasswordRules.ProblemWith(form.Password, form.Username, form.Email, form.DisplayName),
            ProblemWithDisplayName(form.DisplayName),
            ProblemWithBirthYear(form.BirthYear),
        }.OfType<FieldProblem>();

    public static FieldProblem? ProblemWithEmail(string email) =>
        email.Length == 0 ? new("email", "ERR_BLANK", "An e-mail address is needed, to log in with.")
        : email.Length > MaxEmail || !EmailShape().IsMatch(email) ? new("email", "ERR_INVALID", "This does not look like an e-mail address.")
        : null;

    public static FieldProblem? ProblemWithDisplayName(string name) =>
        name.Length > MaxDisplayName ? new("display_name", "ERR_TOO_LONG", $"A name has at most {MaxDisplayName} characters.")
        : name.Any(char.IsControl) ? new("display_name", "ERR_INVALID", "A name is one line of text.")
        : null;

    // Of the year alone: somebody who turns thirteen this year counts as thirteen. We do not want to know the day.
    private FieldProblem? ProblemWithBirthYear(int? year)
    {
        var age = time.GetUtcNow().Year - year;
        return age is null ? null
            : age is < 0 or > OldestAge ? new("date_of_birth", "ERR_INVALID", "This is not a year of birth.")
            : age < settings.Accounts.MinimumAge ? new("date_of_birth", "ERR_BELOW_LIMIT", $"You need to be {settings.Accounts.MinimumAge} or older.")
            : null;
    }

    [GeneratedRegex("""\A[^\s@<>(),;:"\[\]\\]{1,64}@[^\s@<>(),;:"\[\]\\.]+(?:\.[^\s@<>(),;:"\[\]\\.]+)*\z""")]
    private static partial Regex EmailShape();
}
