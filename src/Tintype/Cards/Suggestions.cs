using System.Numerics;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Search;
using Tintype.Web.Views;

namespace Tintype.Cards;

/// <summary>Somebody to follow, and those the viewer follows who do; nobody for the merely popular.</summary>
internal sealed record Suggestion(AccountId Person, IReadOnlyList<AccountId> Through);

/// <summary>
/// People one may like: those followed by several of those one follows, then the popular. Its cost does not grow with either number:
/// it asks a sample of those followed, and takes a bounded number of pairs from each shard.
/// </summary>
internal sealed class Suggestions(FollowTable follows, DirectoryTable directory, RelationCache relations, People people, PersonRows rows, CacheLevels levels)
{
    // Who 30 friends follow says as much as who 3,000 do, and visits at most 30 shards.
    private const int Friends = 30;
    private const int PairsPerShard = 2000;
    private const int Most = 40;

    private readonly NamedCache<IReadOnlyList<Suggestion>> cache = new(CachePolicies.Suggestions, levels, CacheForms.Suggestions);

    /// <summary>At most <paramref name="limit"/>, the best first: nobody whom the viewer follows, asked, blocks or mutes.</summary>
    /// <param name="viewer">Null for a stranger: the popular.</param>
    public async Task<IReadOnlyList<Suggestion>> GetAsync(AccountId? viewer, int limit, CancellationToken cancel = default)
    {
        var seen = viewer is { } id ? await relations.GetAsync(id, cancel) : null;
        var found = await FoundAsync(viewer, seen);
        var known = await people.GetAsync(found.Select(one => one.Person), cancel);
        return [.. found
            .Where(one => known.TryGetValue(one.Person, out var person) && person.IsDiscoverable && Audience.MaySee(person, seen))
            .Where(one => seen is null || IsNew(one.Person, seen))
            .Take(limit)];
    }

    /// <summary>All that were found, the best first, whatever became of them since; the same object until they are found anew.</summary>
    public ValueTask<IReadOnlyList<Suggestion>> FoundAsync(AccountId? viewer, Relations? seen)
    {
        // Found anew each time the number of people followed has doubled: a newcomer's first follows change much, the thousandth little.
        var doublings = BitOperations.Log2((uint)(seen?.Following.Length ?? 0) + 1);
        return cache.GetAsync(CacheKeys.Suggestions(viewer, doublings), () => FindAsync(viewer, CancellationToken.None));
    }

    /// <summary>The same as rows of a page, each with its reason.</summary>
    public async Task<IReadOnlyList<PersonRowView>> RowsAsync(AccountId? viewer, int limit, CancellationToken cancel = default)
    {
        var found = (await GetAsync(viewer, limit, cancel)).ToDictionary(one => one.Person);
        var friends = await people.GetAsync(found.Values.SelectMany(one => one.Through.Take(1)), cancel);
        return await rows.GetAsync([.. found.Keys], viewer, id => Why(found[id], friends), cancel: cancel);
    }

    private async Task<IReadOnlyList<Suggestion>> FindAsync(AccountId? viewer, CancellationToken cancel)
    {
        var popular = (await directory.TopPeopleAsync(Most, cancel)).Select(hit => new Suggestion(hit.AccountId, []));
        if (viewer is not { } id)
        {
            return [.. popular];
        }
        var seen = await relations.GetAsync(id, cancel);
        List<AccountId> friends = seen.Following.Length == 0 ? [] : [.. Random.Shared.GetItems(seen.Following, Friends).Distinct()];
        var pairs = await follows.FollowedByAsync(friends, PairsPerShard, cancel);
        return [.. pairs.Where(pair => IsNew(pair.FolloweeId, seen))
            .GroupBy(pair => pair.FolloweeId, pair => pair.FollowerId)
            .Select(group => new Suggestion(group.Key, [.. group]))
            .OrderByDescending(one => one.Through.Count).ThenByDescending(one => one.Person)
            .Take(Most)
            .Concat(popular.Where(one => IsNew(one.Person, seen)))
            .DistinctBy(one => one.Person)
            .Take(Most)];
    }

    private static bool IsNew(AccountId person, Relations seen) =>
        person != seen.ViewerId && !seen.Follows(person) && !seen.HasRequested(person) && !seen.BlockedEitherWay(person) && !seen.Mutes(person);

    private static string? Why(Suggestion suggestion, IReadOnlyDictionary<AccountId, Person> friends) =>
        suggestion.Through is [var first, ..] && friends.TryGetValue(first, out var friend)
            ? suggestion.Through.Count == 1 ? $"followed by {friend.View.DisplayName}" : $"followed by {friend.View.DisplayName} and {suggestion.Through.Count - 1} more"
            : null;
}
