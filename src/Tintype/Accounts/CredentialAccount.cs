using System.Diagnostics.CodeAnalysis;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>One's own account, as the client API shows it to its owner: with what others are not told.</summary>
internal sealed record CredentialAccountEntity : AccountEntity
{
    [SetsRequiredMembers]
    public CredentialAccountEntity(AccountEntity shown, SourceEntity source, RoleEntity role)
        : base(shown)
    {
        Source = source;
        Role = role;
    }

    public SourceEntity Source { get; init; }
    public RoleEntity Role { get; init; }
}

/// <summary>What an edit form starts from.</summary>
/// <param name="Privacy">Default visibility of posts: private for a private account.</param>
/// <param name="Note">Plain text.</param>
internal sealed record SourceEntity(
    string Privacy, bool Sensitive, string Language, string Note, IReadOnlyList<FieldEntity> Fields, long FollowRequestsCount, bool HideCollections,
    bool Discoverable, bool Indexable);

/// <param name="Permissions">A bit mask as a decimal string; 1 is "administrator".</param>
internal sealed record RoleEntity(string Id, string Name, string Color, string Permissions, bool Highlighted);

internal sealed class CredentialAccounts(People people, Statuses statuses, CountTable counts)
{
    /// <summary>Null when the account is gone.</summary>
    public async Task<CredentialAccountEntity?> FindAsync(AccountId id, CancellationToken cancel)
    {
        if (await people.FindAsync(id, cancel) is not { } person)
        {
            return null;
        }
        var requests = (await counts.GetAsync([id], cancel))[id].Requests;
        return new CredentialAccountEntity(
            await statuses.AccountOfAsync(person, cancel),
            new SourceEntity(
                person.IsPrivate ? "private" : "public", false, person.Language, person.Bio,
                [.. person.Fields.Select(field => new FieldEntity(field.Name, field.Value, null))], requests, false, person.IsDiscoverable, person.IsDiscoverable),
            person.Role switch
            {
                AccountRole.Owner => new RoleEntity("3", "Owner", "", "1", true),
                AccountRole.Moderator => new RoleEntity("2", "Moderator", "", "0", true),
                _ => new RoleEntity("-99", "", "", "0", false),
            });
    }
}
