using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Friends;

/// <summary>What two people are to each other, as the client API says it.</summary>
internal sealed record RelationshipEntity
{
    public required AccountId Id { get; init; }
    public bool Following { get; init; }
    public bool ShowingReblogs { get; init; }
    public bool Notifying { get; init; }
    public IReadOnlyList<string>? Languages { get; init; }
    public bool FollowedBy { get; init; }
    public bool Blocking { get; init; }
    public bool BlockedBy { get; init; }
    public bool Muting { get; init; }
    public bool MutingNotifications { get; init; }
    public DateTimeOffset? MutingExpiresAt { get; init; }
    public bool Requested { get; init; }
    public bool RequestedBy { get; init; }
    public bool DomainBlocking { get; init; }
    public bool Endorsed { get; init; }
    public string Note { get; init; } = "";
}

/// <summary>Reads relationships, all from the viewer's shard.</summary>
internal sealed class RelationshipEntities(RelationCache relations, FollowTable follows)
{
    public async Task<IReadOnlyList<RelationshipEntity>> GetAsync(AccountId viewer, IReadOnlyList<AccountId> people, CancellationToken cancel = default)
    {
        var mine = await relations.GetAsync(viewer, cancel);
        var theirs = people.Count == 0 ? new Dictionary<AccountId, FollowState>() : await follows.AmongFollowersAsync(viewer, people, cancel);
        return [.. people.Select(id => new RelationshipEntity
        {
            Id = id,
            Following = mine.Follows(id),
            ShowingReblogs = mine.Follows(id),
            FollowedBy = theirs.GetValueOrDefault(id) == FollowState.Active,
            Blocking = mine.Blocks(id),
            BlockedBy = mine.IsBlockedBy(id),
            Muting = mine.Mutes(id),
            MutingNotifications = mine.Mutes(id),
            Requested = mine.HasRequested(id),
            RequestedBy = theirs.GetValueOrDefault(id) == FollowState.Requested,
        })];
    }

    public async Task<RelationshipEntity> FindAsync(AccountId viewer, AccountId person, CancellationToken cancel = default) =>
        (await GetAsync(viewer, [person], cancel))[0];
}
