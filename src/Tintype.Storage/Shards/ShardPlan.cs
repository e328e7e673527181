namespace Tintype.Storage.Shards;

/// <param name="Weight">Bytes, or writes: whatever is to be evened out.</param>
public sealed record ShardWeight(Shard Shard, string Server, long Weight);

public sealed record ProposedMove(Shard Shard, string From, string To, long Weight);

/// <summary>Which moves would even out the servers of a cluster: as few as do, from the fullest to the emptiest, one after the other.</summary>
public static class ShardPlan
{
    // A server within a tenth of the others' mean is even enough: moving costs more than it would bring.
    private const double EvenEnough = 0.1;

    /// <param name="servers">All of the cluster's, also those that hold nothing yet.</param>
    public static IReadOnlyList<ProposedMove> Of(IReadOnlyList<string> servers, IReadOnlyList<ShardWeight> shards)
    {
        var moves = new List<ProposedMove>();
        var where = shards.ToDictionary(one => one.Shard, one => one.Server);
        var load = servers.ToDictionary(server => server, server => shards.Where(one => one.Server == server).Sum(one => one.Weight));
        var mean = (double)load.Values.Sum() / servers.Count;
        while (moves.Count < shards.Count)
        {
            var (fullest, emptiest) = (load.MaxBy(one => one.Value).Key, load.MinBy(one => one.Value).Key);
            var gap = load[fullest] - load[emptiest];
            // What is as heavy as half the gap closes it; what is heavier would make the other the fuller one, for more bytes carried.
            var best = shards.Where(one => where[one.Shard] == fullest && one.Weight > 0 && one.Weight <= gap / 2)
                .OrderByDescending(one => one.Weight).ThenBy(one => one.Shard.Number).FirstOrDefault();
            if (gap <= mean * EvenEnough || best is null)
            {
                break;
            }
            moves.Add(new ProposedMove(best.Shard, fullest, emptiest, best.Weight));
            (load[fullest], load[emptiest], where[best.Shard]) = (load[fullest] - best.Weight, load[emptiest] + best.Weight, emptiest);
        }
        return moves;
    }
}
