using Microsoft.Extensions.Logging;
using Tintype.Storage.Cache.Redis;

namespace Tintype.Storage.Feeds.Redis;

/// <summary>
/// Feeds on a memory server, shared by all processes, with copies in each process that reads them: a feed that was read lately is read
/// without asking anybody. What changes feeds changes the server first and is then told to all processes (<see cref="FeedChannel"/>), so a copy
/// fetched while listening misses nothing.
/// </summary>
/// <remarks>
/// The server is never needed for reading. While it is away, or something may have been missed, feeds are pulled from the databases, a
/// bounded number at a time, and copies are good for a few seconds. A server that lost everything has its feeds built anew by those who come.
/// What cannot be written is thrown: jobs wait until it can.
/// </remarks>
public sealed class RedisFeedStore : IFeedStore, IAsyncDisposable
{
    // How often to look whether the process that builds a feed has done so, and how long.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    private const int Looks = 80;

    private readonly FeedOptions options;
    private readonly ILogger log;
    private readonly FeedLists copies;
    private readonly FeedPulls pulls;
    private readonly FeedChannel channel;
    private readonly SharedFeeds shared;
    private readonly SharedUnpushed sharedUnpushed;
    private readonly CancellationTokenSource closing = new();
    private readonly SemaphoreSlim loading = new(1, 1);
    private readonly TimeProvider time;
    private long generation;
    private long loadedAt;
    private long lostAt = long.MinValue;

    public RedisFeedStore(RedisConnection memory, FeedOptions options, TimeProvider time, ILogger<RedisFeedStore> log)
    {
        this.options = options;
        this.log = log;
        this.time = time;
        copies = new FeedLists(options, time) { Visited = owner => _ = KeepAsync(owner) };
        copies.Suspend();
        pulls = new FeedPulls(options);
        shared = new SharedFeeds(memory, options);
        sharedUnpushed = new SharedUnpushed(memory, options);
        Unpushed = new UnpushedPosts(options);
        channel = new FeedChannel(memory, options, time) { Hear = Hear, Learned = number => _ = HearAllAsync(number), Lost = copies.Suspend };
    }

    public UnpushedPosts Unpushed { get; }

    /// <summary>Copies in this process.</summary>
    public int Count => copies.Count;

    public long BuildCount => pulls.Count;

    /// <summary>Whether this process hears of everything that happens to feeds, so that its copies stay good.</summary>
    public bool HearsAll => channel.HearsAll;

    public bool TryGet(AccountId owner, ulong fingerprint, ref KeptFeed? atHand, out FeedIds ids)
    {
        channel.Listen();
        return copies.TryGet(owner, fingerprint, ref atHand, out ids);
    }

    public Task<FeedIds> BuildAsync(AccountId owner, ulong fingerprint, Func<int, Task<IReadOnlyList<long>>> pull)
    {
        channel.Listen();
        return copies.MakeAsync(owner, fingerprint, () => MakeAsync(owner, fingerprint, pull));
    }

    public async Task PushAsync(PostId post, IReadOnlyList<AccountId> owners)
    {
        AccountId[] people = [.. owners];
        await shared.PushAsync(post, people);
        copies.Push(post.Value, people);
        await channel.PublishAsync(FeedNews.Push, post.Value, 0, people);
    }

    public async Task PushOwnAsync(PostId post, AccountId author)
    {
        try
        {
            await PushAsync(post, [author]);
        }
        catch (MemoryServerException)
        {
            _ = PushLaterAsync(post, author);
        }
    }

    public async Task RemoveAsync(PostId post, IReadOnlyList<AccountId> owners)
    {
        AccountId[] people = [.. owners];
        await shared.RemoveAsync(post, people);
        copies.Remove(post.Value, people);
        await channel.PublishAsync(FeedNews.Remove, post.Value, 0, people);
    }

    public async Task DropAsync(params IReadOnlyList<AccountId> owners)
    {
        AccountId[] people = [.. owners];
        await shared.DropAsync(people);
        copies.Drop(people);
        await channel.PublishAsync(FeedNews.Drop, 0, 0, people);
    }

    public async Task NoteAsync(AccountId author, PostId post)
    {
        var noted = await sharedUnpushed.AddAsync(author, post);
        Unpushed.Add(author, post.Value);
        await channel.PublishAsync(FeedNews.Note, post.Value, noted, [author]);
    }

    public async Task<bool> ForgetAsync(AccountId author, PostId post)
    {
        var (gone, wasNoted) = await sharedUnpushed.RemoveAsync(author, post);
        Unpushed.Remove(author, post.Value);
        if (wasNoted)
        {
            await channel.PublishAsync(FeedNews.Forget, post.Value, gone, [author]);
        }
        return wasNoted;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await channel.DisposeAsync();
    }

    /// <summary>The post is safe and will be fanned out; should it never get so far, its author still wants to see it in a feed that outlived the server's absence.</summary>
    private async Task PushLaterAsync(PostId post, AccountId author)
    {
        while (!closing.IsCancellationRequested)
        {
            await Task.Delay(options.ShortTerm, time, closing.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            try
            {
                await PushAsync(post, [author]);
                return;
            }
            catch (MemoryServerException)
            {
                // Still away.
            }
        }
    }

    private async Task<MadeFeed> MakeAsync(AccountId owner, ulong fingerprint, Func<int, Task<IReadOnlyList<long>>> pull)
    {
        // What is fetched or built while something may be missed is good for a moment only, whatever is heard later.
        var term = channel.HearsAll ? FeedTerm.Long : FeedTerm.Short;
        var besides = 0L;
        long? token;
        try
        {
            if (term == FeedTerm.Short)
            {
                await RefreshUnpushedAsync();
            }
            besides = Volatile.Read(ref generation);
            var (found, place) = await FindOrBeginAsync(owner, fingerprint, besides);
            if (found is not null)
            {
                return new MadeFeed(found.Ids, found.Floor, term);
            }
            token = place;
        }
        catch (MemoryServerException)
        {
            (token, term) = (null, FeedTerm.Short);
        }
        var made = MadeFeed.Of(await pulls.PullAsync(pull), options.Length, term);
        if (token is null)
        {
            return made with { Term = FeedTerm.Short };
        }
        try
        {
            var isKept = await shared.FinishAsync(owner, fingerprint, token.Value, made, besides);
            return isKept ? made : made with { Term = FeedTerm.Once };
        }
        catch (MemoryServerException)
        {
            return made with { Term = FeedTerm.Short };
        }
    }

    /// <summary>The feed, if the server has it for these relations; or the token to build it with. Neither: another process builds it, and takes long.</summary>
    private async Task<(SharedFeed? Found, long? Token)> FindOrBeginAsync(AccountId owner, ulong fingerprint, long besides)
    {
        for (var look = 0; ; look++)
        {
            var there = await shared.FindAsync(owner);
            if (there is { IsBuilding: false } && there.Fingerprint == fingerprint)
            {
                if (there.Generation == besides)
                {
                    return (there, null);
                }
                // One of the two is old: the feed, or what we know.
                if (channel.HearsAll && await sharedUnpushed.GenerationAsync() != besides)
                {
                    channel.BeginAnew("generation");
                }
            }
            // Built by another process right now: its work is ours too, unless it has died.
            if (there is { IsBuilding: true } && there.Fingerprint == fingerprint && look < Looks)
            {
                await Task.Delay(Look);
                continue;
            }
            if (await shared.BeginAsync(owner, fingerprint, isMissing: there is null) is { } token)
            {
                return (null, token);
            }
        }
    }

    private void Hear(FeedNews news, long post, long noted, AccountId[] people)
    {
        switch (news)
        {
            case FeedNews.Push:
                copies.Push(post, people);
                break;
            case FeedNews.Remove:
                copies.Remove(post, people);
                break;
            case FeedNews.Drop:
                copies.Drop(people);
                break;
            case FeedNews.Note:
                Unpushed.Add(people[0], post);
                break;
            case FeedNews.Forget:
                Unpushed.Remove(people[0], post);
                break;
        }
        if (news is FeedNews.Note or FeedNews.Forget && noted != Volatile.Read(ref generation) && channel.HearsAll)
        {
            channel.BeginAnew("generation"); // The server lost what was noted before: so did feeds, perhaps.
        }
    }

    /// <summary>The unpushed posts of all authors, and from then on everything that is heard.</summary>
    private async Task HearAllAsync(long learned)
    {
        try
        {
            await LoadUnpushedAsync(() => true);
            channel.TryHearAll(learned, copies.Resume);
        }
        catch (MemoryServerException error)
        {
            log.LogWarning("The unpushed posts could not be loaded: {Message}. Trying again", error.Message);
            channel.BeginAnew("loading");
        }
    }

    /// <summary>While notes may be missed, they are looked up again and again: once a beat is seldom enough.</summary>
    private Task RefreshUnpushedAsync() =>
        LoadUnpushedAsync(() => generation == 0 || (!channel.HearsAll && time.GetElapsedTime(loadedAt) > options.Heartbeat));

    private async Task LoadUnpushedAsync(Func<bool> isDue)
    {
        if (!isDue())
        {
            return;
        }
        await loading.WaitAsync();
        try
        {
            if (isDue())
            {
                Unpushed.BeginReload();
                var (loaded, lists) = await sharedUnpushed.LoadAsync();
                if (generation != 0 && loaded != generation)
                {
                    lostAt = time.GetTimestamp();
                }
                Unpushed.EndReload(lists, keepsOld: lostAt != long.MinValue && time.GetElapsedTime(lostAt) < options.ShortTerm * 2);
                Volatile.Write(ref generation, loaded);
                Volatile.Write(ref loadedAt, time.GetTimestamp());
            }
        }
        finally
        {
            loading.Release();
        }
    }

    private async Task KeepAsync(AccountId owner)
    {
        try
        {
            await shared.KeepAsync(owner);
        }
        catch (MemoryServerException)
        {
            // It lives a fourteenth shorter, or has to be built anyway.
        }
    }
}
