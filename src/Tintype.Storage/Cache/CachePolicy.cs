namespace Tintype.Storage.Cache;

/// <summary>What one cache is for: its bound, its lifetime, where else it is kept, and why.</summary>
/// <param name="Name">In metrics, docs, shared keys and invalidations: the same in every process.</param>
/// <param name="Entries">Most entries kept in a process.</param>
/// <param name="Megabytes">Most memory they take there, whichever of the two comes first; 2^20 bytes each.</param>
/// <param name="Lifetime">After which an entry is loaded anew; up to a tenth shorter, so that what was loaded together does not expire together.</param>
/// <param name="IsShared">Whether a memory server, where there is one, holds it for all processes: what costs a database more than a look there.</param>
/// <param name="Reason">Why this size and lifetime, and why shared or not.</param>
public sealed record CachePolicy(string Name, int Entries, int Megabytes, TimeSpan Lifetime, bool IsShared, string Reason)
{
    /// <summary>
    /// A longer lifetime, for as long as this process hears the words of all others: only where whoever changes anything of what is cached
    /// tells. Null: <see cref="Lifetime"/> holds always.
    /// </summary>
    public TimeSpan? WhenHeard { get; init; }

    /// <summary>The longest that an entry lives.</summary>
    public TimeSpan Longest => WhenHeard ?? Lifetime;

    /// <param name="isDeaf">What is written elsewhere may not reach this process.</param>
    public TimeSpan LifetimeWhen(bool isDeaf) => isDeaf ? Lifetime : Longest;
}
