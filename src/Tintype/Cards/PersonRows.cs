using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web.Views;
using FollowState = Tintype.Storage.Model.FollowState;

namespace Tintype.Cards;

/// <summary>People as lists show them, with the viewer's button beside each.</summary>
internal sealed class PersonRows(People people, RelationCache relations, FollowTable follows)
{
    /// <summary>Rows in the order asked for; those who are gone, and those between whom and the viewer is a block, are left out.</summary>
    /// <param name="viewer">Null for a stranger.</param>
    /// <param name="why">One muted line per person; null for none.</param>
    /// <param name="blockedToo">For the list of those whom the viewer blocks.</param>
    public async Task<IReadOnlyList<PersonRowView>> GetAsync(
        IReadOnlyList<AccountId> ids, AccountId? viewer, Func<AccountId, string?>? why = null, bool blockedToo = false, CancellationToken cancel = default)
    {
        var known = await people.GetAsync(ids, cancel);
        var seen = viewer is { } id ? await relations.GetAsync(id, cancel) : null;
        var shown = ids.Where(known.ContainsKey).Select(one => known[one])
            .Where(person => blockedToo ? person.IsVisible : Audience.MaySee(person, seen)).ToList();
        var followsMe = viewer is { } me && shown.Count > 0
            ? await follows.AmongFollowersAsync(me, [.. shown.Select(person => person.Id)], cancel)
            : new Dictionary<AccountId, FollowState>();
        return [.. shown.Select(person => new PersonRowView(
            person.View, seen.Toward(person.Id), followsMe.GetValueOrDefault(person.Id) == FollowState.Active, why?.Invoke(person.Id)))];
    }
}
