using Tintype.Storage.Shards;
using Xunit;

namespace Tintype.Storage.Specs.Shards;

public sealed class ShardPlanSpecs
{
    [Fact]
    public void An_empty_new_server_gets_its_part()
    {
        var moves = ShardPlan.Of(["a", "b", "c"], [.. Enumerable.Range(0, 60).Select(n => Weight(n, n % 2 == 0 ? "a" : "b", 10))]);

        Assert.All(moves, move => Assert.Equal("c", move.To));
        Assert.InRange(moves.Count, 18, 20);
    }

    [Fact]
    public void Even_servers_are_left_alone() =>
        Assert.Empty(ShardPlan.Of(["a", "b"], [Weight(0, "a", 100), Weight(1, "b", 95)]));

    [Fact]
    public void One_heavy_shard_is_not_carried_to_and_fro() =>
        Assert.Empty(ShardPlan.Of(["a", "b"], [Weight(0, "a", 1000)]));

    [Fact]
    public void The_heavy_server_keeps_its_heavy_shard_and_gives_the_others()
    {
        var moves = ShardPlan.Of(["a", "b"], [Weight(0, "a", 100), Weight(1, "a", 40), Weight(2, "a", 40), Weight(3, "b", 10)]);

        Assert.Equal([1, 2], moves.Select(move => move.Shard.Number).Order());
    }

    private static ShardWeight Weight(int number, string server, long weight) => new(new Shard(Cluster.Content, number), server, weight);
}
