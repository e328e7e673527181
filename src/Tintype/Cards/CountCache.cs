using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>The numbers on profiles, cached: every post that is shown shows its author's.</summary>
internal sealed class CountCache
{
    /// <summary>After which what was made of numbers looks again, be it at cached ones; sooner when somebody said that they changed.</summary>
    public static readonly TimeSpan Lifetime = CachePolicies.Counts.Lifetime;

    private readonly CountTable table;
    private readonly PromiseCache<AccountId, PersonCounts> cache;

    public CountCache(CountTable table, CacheLevels levels)
    {
        this.table = table;
        cache = new(CachePolicies.Counts, levels, CacheForms.Counts, static (old, loaded) => old == loaded);
        cache.Changed += Changes.Raise;
    }

    /// <summary>Of numbers: what was made of them holds until the stamp rises, or the lifetime is over.</summary>
    public ChangeStamps Changes { get; } = new();

    /// <summary>Numbers of every person asked for.</summary>
    public async Task<IReadOnlyDictionary<AccountId, PersonCounts>> GetAsync(IReadOnlyCollection<AccountId> people, CancellationToken cancel = default)
    {
        AccountId[] distinct = [.. people.Distinct()];
        var numbers = await GetAllAsync(distinct);
        return distinct.Zip(numbers).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>Numbers in the order of the people. Made for pages: free of allocations but the answer.</summary>
    public ValueTask<PersonCounts[]> GetAllAsync(AccountId[] people) => cache.GetAsync(people, LoadAsync)!;

    /// <summary>One person's numbers; however many ask at once, one looks.</summary>
    public async ValueTask<PersonCounts> FindAsync(AccountId id, CancellationToken cancel = default) => (await GetAllAsync([id]))[0];

    /// <summary>To be called by whoever changed them, so that people see their own changes at once.</summary>
    public ValueTask ForgetAsync(params IReadOnlyList<AccountId> people)
    {
        foreach (var id in people)
        {
            cache.Forget(id);
        }
        return ValueTask.CompletedTask;
    }

    private async Task<PersonCounts?[]> LoadAsync(AccountId[] people)
    {
        var numbers = await table.GetAsync(people);
        return Array.ConvertAll(people, id => (PersonCounts?)numbers[id]);
    }
}
