using System.Security.Cryptography;
using Prometheus;
using Tintype.Storage.Cache.Redis;

namespace Tintype.Storage.Feeds.Redis;

/// <summary>
/// Carries what happens to feeds from every process to every process, and knows whether all of it was heard. Publishing on a memory
/// server promises nothing; so each publisher numbers its messages and repeats its last number once a second (a beat), and each listener
/// counts along. Listening begins by learning the numbers of all publishers, a beat long; from then on a number out of turn, silence
/// (not even its own beats come back) or a lost connection mean that something was missed: it begins anew.
/// </summary>
internal sealed class FeedChannel : IAsyncDisposable
{
    private const string Name = "feeds";

    // Beats that may be late on a busy machine before silence is a fault.
    private const int Patience = 4;

    private static readonly Counter Heard = Metrics.CreateCounter("tintype_feed_news_total", "Messages of other processes about feeds.");
    private static readonly Counter Missed = Metrics.CreateCounter("tintype_feed_news_missed_total", "Times that copies of feeds were given up because a message may have been missed.", "reason");

    private readonly RedisConnection memory;
    private readonly FeedOptions options;
    private readonly TimeProvider time;
    private readonly long me = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private readonly Lock publishing = new();
    private readonly Lock hearing = new();
    private readonly Dictionary<long, long> lastOf = [];
    private readonly CancellationTokenSource closing = new();
    private Task beating = Task.CompletedTask;
    private int begun;
    private int listening;
    private long number;
    private State state = State.Silent;
    private long heardMyself;
    private long learningSince;

    private enum State { Silent, Learning, Ready, All }

    public FeedChannel(RedisConnection memory, FeedOptions options, TimeProvider time)
    {
        this.memory = memory;
        this.options = options;
        this.time = time;
        memory.Interrupted += OnInterrupted;
    }

    /// <summary>What is heard, in the order of each publisher: news, post, generation, people. Not this process's own: it acts on those itself.</summary>
    public required Action<FeedNews, long, long, AccountId[]> Hear { get; init; }

    /// <summary>The numbers of all are known: what is asked of the server from now on can be kept right by what is heard. When that is asked: <see cref="TryHearAll"/>, with this number.</summary>
    public required Action<long> Learned { get; init; }

    /// <summary>From now on something may be missed.</summary>
    public required Action Lost { get; init; }

    /// <summary>Whether nothing is missed.</summary>
    public bool HearsAll => state == State.All;

    /// <summary>Begins to listen, if it has not. A process that reads no feeds need not.</summary>
    public void Listen()
    {
        if (Volatile.Read(ref listening) == 0 && Interlocked.Exchange(ref listening, 1) == 0)
        {
            _ = memory.ListenAsync(Name, OnMessage);
            Begin();
        }
    }

    /// <exception cref="MemoryServerException">Some may not have heard: they will notice by the number that is missing.</exception>
    public Task PublishAsync(FeedNews news, long post, long generation, ReadOnlySpan<AccountId> people)
    {
        Begin();
        lock (publishing)
        {
            // Numbered and sent in one go: what is sent in another order would look like a loss.
            return memory.PublishAsync(Name, FeedMessage.Pack(news, me, ++number, post, generation, people));
        }
    }

    /// <summary>Says that from now on everything is heard, unless something was missed since <see cref="Learned"/> gave that number.</summary>
    /// <param name="begin">Called before anybody is told.</param>
    public void TryHearAll(long learned, Action begin)
    {
        lock (hearing)
        {
            if (state == State.Ready && learningSince == learned)
            {
                begin();
                state = State.All;
            }
        }
    }

    /// <summary>Gives up what was heard, and begins to learn anew.</summary>
    public void BeginAnew(string reason)
    {
        lock (hearing)
        {
            if (state != State.Silent)
            {
                Missed.WithLabels(reason).Inc();
                state = State.Silent;
                Lost();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        memory.Interrupted -= OnInterrupted;
        await closing.CancelAsync();
        await beating;
        closing.Dispose();
    }

    private void OnInterrupted() => BeginAnew("connection");

    private void Begin()
    {
        if (Volatile.Read(ref begun) == 0 && Interlocked.Exchange(ref begun, 1) == 0)
        {
            beating = Task.Run(BeatAsync);
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(options.Heartbeat);
        do
        {
            try
            {
                await BeatOnceAsync();
            }
            catch (MemoryServerException)
            {
                // Nobody hears us: others notice nothing, we do.
            }
            if (state != State.Silent && time.GetElapsedTime(heardMyself) > options.Heartbeat * Patience)
            {
                BeginAnew("silence");
            }
        }
        while (await NextAsync(timer));
    }

    private Task BeatOnceAsync()
    {
        lock (publishing)
        {
            return memory.PublishAsync(Name, FeedMessage.Pack(FeedNews.Beat, me, number, 0, 0, []));
        }
    }

    private async ValueTask<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(closing.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void OnMessage(ReadOnlyMemory<byte> message)
    {
        if (closing.IsCancellationRequested || !FeedMessage.TryRead(message.Span, out var news, out var publisher, out var nth, out var post, out var generation, out var people))
        {
            return;
        }
        lock (hearing)
        {
            if (publisher == me && news == FeedNews.Beat)
            {
                HearMyself();
            }
            if (!IsNew(publisher, nth, news == FeedNews.Beat) || news == FeedNews.Beat || publisher == me)
            {
                return;
            }
            Heard.Inc();
            Hear(news, post, generation, people);
        }
    }

    private void HearMyself()
    {
        heardMyself = time.GetTimestamp();
        if (state == State.Silent)
        {
            lastOf.Clear();
            (state, learningSince) = (State.Learning, heardMyself);
        }
        else if (state == State.Learning && time.GetElapsedTime(learningSince) > options.Heartbeat * 1.5)
        {
            state = State.Ready;
            Learned(learningSince);
        }
    }

    /// <summary>While learning, whatever number comes is the one to count from; later, a publisher that nobody knew begins with its first.</summary>
    /// <returns>Whether it is heard for the first time: after a reconnect, two nodes of a cluster may tell the same.</returns>
    private bool IsNew(long publisher, long nth, bool isBeat)
    {
        var known = lastOf.TryGetValue(publisher, out var last);
        if (known && nth <= last)
        {
            return false;
        }
        var expected = (known ? last : 0) + (isBeat ? 0 : 1);
        lastOf[publisher] = nth;
        if (nth != expected && state != State.Silent && (known || state != State.Learning))
        {
            BeginAnew("gap");
        }
        return true;
    }
}
