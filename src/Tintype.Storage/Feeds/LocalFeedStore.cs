namespace Tintype.Storage.Feeds;

/// <summary>All feeds in this process: for an instance that is one process. They end with it and are built anew.</summary>
public sealed class LocalFeedStore(FeedOptions options, TimeProvider time) : IFeedStore
{
    private readonly FeedLists feeds = new(options, time);
    private readonly FeedPulls pulls = new(options);

    public UnpushedPosts Unpushed { get; } = new(options);

    /// <summary>Feeds kept.</summary>
    public int Count => feeds.Count;

    public long BuildCount => pulls.Count;

    public bool TryGet(AccountId owner, ulong fingerprint, ref KeptFeed? atHand, out FeedIds ids) => feeds.TryGet(owner, fingerprint, ref atHand, out ids);

    public Task<FeedIds> BuildAsync(AccountId owner, ulong fingerprint, Func<int, Task<IReadOnlyList<long>>> pull) =>
        feeds.MakeAsync(owner, fingerprint, async () => MadeFeed.Of(await pulls.PullAsync(pull), options.Length));

    public Task PushAsync(PostId post, IReadOnlyList<AccountId> owners)
    {
        feeds.Push(post.Value, [.. owners]);
        return Task.CompletedTask;
    }

    public Task PushOwnAsync(PostId post, AccountId author) => PushAsync(post, [author]);

    public Task RemoveAsync(PostId post, IReadOnlyList<AccountId> owners)
    {
        feeds.Remove(post.Value, [.. owners]);
        return Task.CompletedTask;
    }

    public Task DropAsync(params IReadOnlyList<AccountId> owners)
    {
        feeds.Drop([.. owners]);
        return Task.CompletedTask;
    }

    public Task NoteAsync(AccountId author, PostId post)
    {
        Unpushed.Add(author, post.Value);
        return Task.CompletedTask;
    }

    public Task<bool> ForgetAsync(AccountId author, PostId post) => Task.FromResult(Unpushed.Remove(author, post.Value));
}
