namespace Tintype.Storage.Shards;

/// <summary>The three databases, each with its own map of shards to servers.</summary>
public enum Cluster
{
    /// <summary>Who people are and how they get in.</summary>
    Accounts,
    /// <summary>Posts, media, likes, comments.</summary>
    Content,
    /// <summary>Follows, blocks, activity, and the directory.</summary>
    Social,
}

/// <summary>A logical shard of a cluster.</summary>
public readonly record struct Shard(Cluster Cluster, int Number)
{
    public override string ToString() => $"{Cluster.ToString().ToLowerInvariant()}_{Number:000}";
}
