using System.Collections.Concurrent;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>
/// How far a follower must have got before it may answer for a shard: to the newest write there that this process knows of, its own and
/// what others told. So nobody is shown less than was just written, and no cache is filled with what a write has made stale.
/// </summary>
internal sealed class KnownWrites
{
    private readonly ConcurrentDictionary<string, long> newest = new();
    private long floor;

    /// <summary>The position in the log up to which all of these partitions' writes are known to stand.</summary>
    public long Of(IReadOnlyList<Shards.Partition> partitions)
    {
        var needed = Volatile.Read(ref floor);
        foreach (var partition in partitions)
        {
            needed = Math.Max(needed, newest.GetValueOrDefault(partition.Schema));
        }
        return needed;
    }

    public void Raise(string schema, long position) => newest.AddOrUpdate(schema, position, (_, old) => Math.Max(old, position));

    /// <summary>After having been deaf: whatever was written up to here may have been missed.</summary>
    public void RaiseAll(long position) => Volatile.Write(ref floor, Math.Max(Volatile.Read(ref floor), position));
}
