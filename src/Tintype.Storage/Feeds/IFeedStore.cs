namespace Tintype.Storage.Feeds;

/// <param name="Length">Most ids kept per person.</param>
/// <param name="MaxFeeds">Most feeds kept in this process; beyond, those read longest ago go.</param>
/// <param name="ActiveFor">A feed nobody read for so long is no longer kept.</param>
public sealed record FeedOptions(int Length, int MaxFeeds, TimeSpan ActiveFor)
{
    /// <summary>Feeds pulled from the databases at once: when many are gone, they come back without taking the databases along.</summary>
    public int Builds { get; init; } = 4;

    /// <summary>
    /// How long a copy is good for that was made without the memory server, or may have missed something: so late may posts be then. Long enough
    /// for a server to be started again, and for feeds that are gone to be built in turn.
    /// </summary>
    public TimeSpan ShortTerm { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between the signs of life that processes give each other on the memory server: by these, a message that got lost is noticed.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>
/// Feeds made ahead of time: for each person who came lately, the newest ids of those they follow. A feed that is not here is nobody's
/// loss: its owner's next visit builds it.
/// </summary>
/// <remarks>
/// <para>Invariant: of all posts that may belong in a feed, those at or above its floor are in it, or in <see cref="Unpushed"/>. Three things could
/// break it, and do not: a push while the feed is being built is kept beside the build and added to it; a feed built for other relations
/// than its reader has now (fingerprint) is not used; and a build that began before the feed was dropped is not kept.</para>
/// <para>What is in a feed need not belong there (deleted, muted since): whoever reads judges again. What writes may do twice what once does.</para>
/// </remarks>
public interface IFeedStore
{
    /// <summary>The posts that were not pushed because their authors have too many followers.</summary>
    UnpushedPosts Unpushed { get; }

    /// <summary>Feeds that this process has pulled from the databases.</summary>
    long BuildCount { get; }

    /// <summary>The feed of <paramref name="owner"/>, if this process has it and it was built for these relations.</summary>
    /// <param name="fingerprint">Of whom the owner follows, mutes and blocks.</param>
    /// <param name="atHand">Where the feed is kept from one time to the next, by whoever reads for this owner; null at first.</param>
    bool TryGet(AccountId owner, ulong fingerprint, ref KeptFeed? atHand, out FeedIds ids);

    /// <summary>Fetches the feed from where processes share it, or builds it; once, however many ask for it at the same time, or after
    /// it was built meanwhile.</summary>
    /// <param name="pull">Gives the newest ids, at most as many as it is told, in any order. Fewer means that there are no older ones.</param>
    Task<FeedIds> BuildAsync(AccountId owner, ulong fingerprint, Func<int, Task<IReadOnlyList<long>>> pull);

    /// <summary>Puts a post into the feeds of these people, where they are kept.</summary>
    Task PushAsync(PostId post, IReadOnlyList<AccountId> owners);

    /// <summary>Puts a post that was just written into its author's own feed: now or, where that cannot be, as soon as it can.</summary>
    Task PushOwnAsync(PostId post, AccountId author);

    /// <summary>Takes a post out of the feeds of these people.</summary>
    Task RemoveAsync(PostId post, IReadOnlyList<AccountId> owners);

    /// <summary>Gives up the feeds of these people, and what is being built for them: their next visits build them anew.</summary>
    Task DropAsync(params IReadOnlyList<AccountId> owners);

    /// <summary>Notes a post for those who follow its author to merge in, instead of pushing it.</summary>
    Task NoteAsync(AccountId author, PostId post);

    /// <summary>Takes a noted post back.</summary>
    /// <returns>Whether it was noted: then it was not pushed.</returns>
    Task<bool> ForgetAsync(AccountId author, PostId post);
}

/// <summary>What can be asked of every store.</summary>
public static class FeedStoreReads
{
    /// <summary>The same for who reads it once.</summary>
    /// <inheritdoc cref="IFeedStore.TryGet"/>
    public static bool TryGet(this IFeedStore feeds, AccountId owner, ulong fingerprint, out FeedIds ids)
    {
        KeptFeed? none = null;
        return feeds.TryGet(owner, fingerprint, ref none, out ids);
    }
}
