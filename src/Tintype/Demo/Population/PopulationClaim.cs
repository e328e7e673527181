using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Demo.Population;

/// <summary>That a population goes into an empty instance, once, and is finished or refused.</summary>
internal sealed class PopulationClaim(SharedKeyTable keys, AccountTable accounts, OutboxTable outbox, ShardMap map, TimeProvider time)
{
    private const string Began = "population:began";
    private const string Done = "population:done";

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    // What is due later than a failed job's next attempt is not of our making; nor is the sweep, which comes round for ever.
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(15);

    /// <exception cref="SettingsException">The instance is not empty.</exception>
    public async Task BeginAsync(string folder, CancellationToken cancel)
    {
        var began = (await keys.AllAsync(Began, cancel)).Count > 0;
        if ((await keys.AllAsync(Done, cancel)).Count > 0)
        {
            throw new SettingsException($"{folder} holds a population already. Choose an empty folder with --data.");
        }
        if (began)
        {
            throw new SettingsException($"A population in {folder} was broken off half way. Remove the folder, or choose an empty one with --data.");
        }
        if (await accounts.CountFromAllShardsAsync(time.GetUtcNow(), cancel) is { All: > 0 })
        {
            throw new SettingsException($"There are people in {folder} already. A population goes into an empty folder: choose one with --data.");
        }
        await keys.AddOrGetAsync(Began, "yes", cancel);
    }

    /// <summary>Waits until the jobs of the painted posts are done, then says that the population is whole.</summary>
    public async Task FinishAsync(CancellationToken cancel)
    {
        while (await IsAnyWaitingAsync(cancel))
        {
            await Task.Delay(LookAgain, time, cancel);
        }
        await keys.AddOrGetAsync(Done, "yes", cancel);
    }

    private async Task<bool> IsAnyWaitingAsync(CancellationToken cancel)
    {
        var soon = time.GetUtcNow() + LongestRetry;
        foreach (var partition in Enum.GetValues<Cluster>().SelectMany(map.PartitionsOf))
        {
            if ((await outbox.CountAsync(partition, cancel)).Any(count => count.State == OutboxState.Ready && count.Kind != PhotoSweepDue.Kind && count.Oldest < soon))
            {
                return true;
            }
        }
        return false;
    }
}
