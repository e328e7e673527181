using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>The numbers on profiles, cached: every post that is shown shows its author's.</summary>
internal sealed class CountCache
{
    private readonly CountTable table;
    private readonly PromiseCache<AccountId, PersonCounts> cache;

    public CountCache(CountTable table, CacheLevels levels)
    {
        this.table = table;
        cache = new(CachePolicies.Counts, levels, CacheForms.Counts, static (old, loaded) => old == loaded);
    }

    /// <summary>Numbers of every person asked for.</summary>
    public async Task<IReadOnlyDictionary<AccountId, PersonCounts>> GetAsync(IReadOnlyCollection<AccountId> people, CancellationToken cancel = default)
    {
        AccountId[] distinct = [.. people.Distinct()];
        var numbers = await GetAllAsync(distinct);
        return distinct.Zip(numbers).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>Numbers in the order of the people. Made for pages: free of allocations but the answer.</summary>
    public ValueTask<PersonCounts[]> GetAllAsync(AccountId[] people) => cache.GetAsync(people, LoadAsync)!;

    /// <summary>The entry of numbers that were just read: what was made of them holds for as long as it gives the same.</summary>
    public Held<PersonCounts>? Hold(AccountId id) => cache.Hold(id);

    /// <summary>Tells of numbers that were read by held entries; whoever shows many names another person each time.</summary>
    public void NoteHeld(AccountId one, int reads) => cache.NoteHeld(one, reads);

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
