using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>Changes how others see a person; the same rules for apps and for the settings pages.</summary>
internal sealed class ProfileEdit(AccountTable accounts, AvatarIntake avatars, People people)
{
    public const int MaxBio = 500;
    public const int MaxWebsite = 200;
    public const int MaxFields = 4;
    private const int MaxFieldText = 255;

    /// <summary>Applies <paramref name="change"/> to the account as it is stored now, if the result keeps the rules.</summary>
    /// <param name="picture">A new picture of the person; null to leave it as it is.</param>
    /// <returns>What is wrong; empty when it was saved.</returns>
    public async Task<IReadOnlyList<FieldProblem>> SaveAsync(AccountId id, Func<Account, Account> change, IFormFile? picture, CancellationToken cancel)
    {
        var before = await accounts.FindAsync(id, cancel) ?? throw new InvalidOperationException($"The signed-in account {id} has no row.");
        var after = change(before);
        after = after with { DisplayName = after.DisplayName.Trim(), Bio = after.Bio.ReplaceLineEndings("\n").Trim(), Website = after.Website.Trim() };
        IReadOnlyList<FieldProblem> problems = [.. ProblemsWith(after)];
        if (problems.Count == 0 && picture is { Length: > 0 })
        {
            var (photo, problem) = await avatars.KeepAsync(picture, id, cancel);
            problems = problem is null ? [] : [problem];
            after = after with { AvatarId = photo?.Id, AvatarSecret = photo?.Secret };
        }
        if (problems.Count > 0)
        {
            return problems;
        }
        await accounts.UpdateProfileAsync(after, cancel);
        await people.ForgetAsync(id, after.Username);
        if (before.AvatarId is { } old && old != after.AvatarId)
        {
            await avatars.DropAsync(old, id, cancel);
        }
        return [];
    }

    /// <summary>The change that an app's PATCH asks for: what is absent stays.</summary>
    public static Func<Account, Account> From(Parameters form) => account => account with
    {
        DisplayName = form.Text("display_name") ?? account.DisplayName,
        Bio = form.Text("note") ?? account.Bio,
        Website = form.Text("website") ?? account.Website,
        IsPrivate = form.Flag("locked", account.IsPrivate),
        IsDiscoverable = form.Flag("discoverable", account.IsDiscoverable),
        Language = form.Text("source[language]") is { Length: > 0 } language ? language : account.Language,
        Fields = form.Items("fields_attributes") is { Count: > 0 } fields
            ? [.. fields.Select(field => new ProfileField(field.GetValueOrDefault("name", "").Trim(), field.GetValueOrDefault("value", "").Trim())).Where(field => field.Name.Length > 0)]
            : account.Fields,
    };

    private static IEnumerable<FieldProblem> ProblemsWith(Account account)
    {
        if (SignUp.ProblemWithDisplayName(account.DisplayName) is { } name)
        {
            yield return name;
        }
        if (account.Bio.Length > MaxBio)
        {
            yield return new("note", "ERR_TOO_LONG", $"A text about you has at most {MaxBio} characters.");
        }
        if (account.Website.Length > 0 && (account.Website.Length > MaxWebsite || !Uri.TryCreate(account.Website, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")))
        {
            yield return new("website", "ERR_INVALID", $"A website begins with https:// and has at most {MaxWebsite} characters.");
        }
        if (account.Language.Length is 0 or > 10 || !account.Language.All(letter => char.IsAsciiLetter(letter) || letter == '-'))
        {
            yield return new("language", "ERR_INVALID", "A language is a code such as en or pt-BR.");
        }
        if (account.Fields.Count > MaxFields)
        {
            yield return new("fields", "ERR_TOO_MANY", $"A profile has at most {MaxFields} fields.");
        }
        if (account.Fields.Any(field => field.Name.Length > MaxFieldText || field.Value.Length > MaxFieldText))
        {
            yield return new("fields", "ERR_TOO_LONG", $"A field has at most {MaxFieldText} characters.");
        }
    }
}
