using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Profile;

/// <summary>Followers of a person whom the viewer follows: "Followed by anna, whom you follow".</summary>
internal sealed class Acquaintances(ProfileTable table, People people)
{
    /// <summary>Of those the viewer follows, how many are looked for.</summary>
    private const int LookedFor = 1000;

    /// <param name="seen">Null for a stranger, who has none.</param>
    public async Task<IReadOnlyList<Person>> OfAsync(AccountId person, Relations? seen, int limit, CancellationToken cancel)
    {
        if (seen is null || seen.ViewerId == person)
        {
            return [];
        }
        var ids = await table.FollowersAmongAsync(person, [.. seen.Following.Take(LookedFor)], limit, cancel);
        var known = await people.GetAsync(ids, cancel);
        return [.. ids.Where(known.ContainsKey).Select(id => known[id]).Where(follower => follower.IsVisible)];
    }
}
