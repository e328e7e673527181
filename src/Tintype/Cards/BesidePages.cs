using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web.Views;

namespace Tintype.Cards;

/// <summary>The few people beside a viewer's pages, remembered until something changes that they were chosen by or that is said of them.</summary>
internal sealed class BesidePages(Suggestions suggestions, RelationCache relations, People people, CacheLevels levels)
{
    private const int Rows = 5;

    private readonly PromiseCache<AccountId, Chosen> cache = new(CachePolicies.BesidePages, levels);

    public async ValueTask<IReadOnlyList<PersonRowView>> OfAsync(AccountId viewer, CancellationToken cancel = default)
    {
        var chosen = (await cache.GetAsync(viewer, ChooseAsync))!;
        // Relations are another object whenever anybody follows or blocks anybody the viewer has to do with, the viewer included.
        if (ReferenceEquals(chosen.Seen, await relations.GetAsync(viewer, cancel))
            && ReferenceEquals(chosen.Found, await suggestions.FoundAsync(viewer, chosen.Seen)) && chosen.Stamps == StampsOf(chosen.Named))
        {
            return chosen.Rows;
        }
        var anew = await ChooseAsync(viewer);
        cache.Replace(viewer, chosen, anew!);
        return anew!.Rows;
    }

    // What is looked up first is older than the rows, never newer: a change meanwhile has them chosen once more.
    private async Task<Chosen?> ChooseAsync(AccountId viewer)
    {
        var seen = await relations.GetAsync(viewer);
        var found = await suggestions.FoundAsync(viewer, seen);
        AccountId[] named = [.. found.Select(one => one.Person).Concat(found.SelectMany(one => one.Through.Take(1))).Distinct()];
        var stamps = StampsOf(named);
        return new Chosen(seen, found, named, stamps, await suggestions.RowsAsync(viewer, Rows));
    }

    /// <summary>Stamps only rise: their sum stays the same while all of them do.</summary>
    private long StampsOf(AccountId[] named)
    {
        var sum = 0L;
        foreach (var id in named)
        {
            sum += people.Changes.Of(id);
        }
        return sum;
    }

    /// <param name="Named">Everybody whose profile decides whether they are shown, and how.</param>
    private sealed record Chosen(Relations Seen, IReadOnlyList<Suggestion> Found, AccountId[] Named, long Stamps, IReadOnlyList<PersonRowView> Rows);
}
