using Tintype.Storage.Dialects;
using Tintype.Storage.Objects;
using Tintype.Storage.Shards;

namespace Tintype.Http;

/// <summary>Something that a process goes on without, but not as well.</summary>
/// <param name="Problem">What is wrong with it; null when nothing is.</param>
internal sealed record Comfort(Func<CancellationToken, Task<string?>> Problem);

/// <param name="Missing">What the role cannot do without.</param>
/// <param name="Degraded">What it does less well without.</param>
internal sealed record ReadinessAnswer(IReadOnlyList<string> Missing, IReadOnlyList<string> Degraded);

/// <summary>
/// Asks what a role stands on. A cluster is missing when none of its servers answers: with one of several down most people are still
/// served, and turning all of them away would be the greater fault.
/// </summary>
internal sealed class Readiness(ShardMap map, IObjectStore objects, IEnumerable<Comfort> comforts, Drain drain, TimeProvider time)
{
    /// <summary>Below the patience of those who ask.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Balancers ask once a second each, for every role: within this time they get the same answer.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.5);

    private readonly Lock gate = new();
    private readonly Dictionary<Needs, (long At, Task<ReadinessAnswer> Answer)> asked = [];

    public Task<ReadinessAnswer> CheckAsync(Needs needs)
    {
        if (drain.HasBegun)
        {
            return Task.FromResult(new ReadinessAnswer(["told to stop"], []));
        }
        lock (gate)
        {
            if (!asked.TryGetValue(needs, out var last) || time.GetElapsedTime(last.At) > Fresh)
            {
                asked[needs] = last = (time.GetTimestamp(), AskAsync(needs));
            }
            return last.Answer;
        }
    }

    private async Task<ReadinessAnswer> AskAsync(Needs needs)
    {
        var clusters = await Task.WhenAll(Enum.GetValues<Cluster>().Where(cluster => needs.HasFlag(NeedOf(cluster))).Select(AskAsync));
        var store = needs.HasFlag(Needs.Objects) ? await ProblemAsync("object store", async cancel => { await objects.CheckAsync(cancel); return true; }) : null;
        var lost = await Task.WhenAll(comforts.Select(comfort => comfort.Problem(CancellationToken.None)));
        return new ReadinessAnswer(
            [.. clusters.Where(cluster => cluster.IsMissing).SelectMany(cluster => cluster.Problems), .. store is null ? [] : new[] { store }],
            [.. clusters.Where(cluster => !cluster.IsMissing).SelectMany(cluster => cluster.Problems), .. lost.OfType<string>()]);
    }

    private async Task<(bool IsMissing, string[] Problems)> AskAsync(Cluster cluster)
    {
        var servers = await Task.WhenAll(map.PartitionsOf(cluster).DistinctBy(partition => partition.Database).Select(partition => ProblemAsync(
            $"{cluster} database {partition.Database.Name}".ToLowerInvariant(),
            async cancel => { await partition.Database.AnswersAsync(partition, cancel); return true; })));
        return (servers.All(problem => problem is not null), [.. servers.OfType<string>()]);
    }

    private async Task<string?> ProblemAsync<T>(string name, Func<CancellationToken, Task<T>> ask)
    {
        using var end = new CancellationTokenSource(Patience, time);
        try
        {
            await ask(end.Token).WaitAsync(end.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"{name}: no answer within {Patience.TotalSeconds} s";
        }
        // Whatever it is, it is what an operator wants to read: each driver has exceptions of its own.
        catch (Exception error)
        {
            return $"{name}: {error.Message}";
        }
    }

    private static Needs NeedOf(Cluster cluster) => cluster switch { Cluster.Accounts => Needs.Accounts, Cluster.Content => Needs.Content, _ => Needs.Social };
}
