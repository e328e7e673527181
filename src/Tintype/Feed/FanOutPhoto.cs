using Prometheus;
using Tintype.Cards;
using Tintype.Storage.Feeds;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Feed;

/// <summary>
/// Puts a published post into the feeds of its author and the author's followers, in batches. Posts of authors with very many followers
/// are noted once instead, and merged when read.
/// </summary>
/// <remarks>
/// After <see cref="Stretch"/> followers the rest goes behind the jobs that are due by then: however many posts of authors with tens of
/// thousands of followers are on their way, a small author's waits for a stretch of each worker, not for all of them.
/// </remarks>
internal sealed class FanOutPhoto(PostTable posts, FollowersInBatches followers, IFeedStore feeds, CountTable counts, CountCache numbers, Settings settings, TimeProvider time)
    : IJob<PostPublished>, IJob<FanOutPaused>
{
    /// <summary>Followers served in one go: about ten milliseconds in process, thirty with a memory server.</summary>
    internal const int Stretch = 5 * FollowersInBatches.BatchSize;

    private static readonly Histogram Lag = Metrics.CreateHistogram(
        "tintype_fanout_lag_seconds", "From when a photo was posted to when it was in the feeds of all active followers.", ["way"],
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.01, 2, 18) });

    public async Task RunAsync(PostPublished payload, CancellationToken cancel)
    {
        var (post, author) = (payload.PostId, payload.AuthorId);
        if (await posts.FindAsync(post, cancel) is not { State: PostState.Live })
        {
            return; // Deleted since; if it is restored, this is told again.
        }
        await numbers.ForgetAsync(author);
        await feeds.PushAsync(post, [author]);
        if (await counts.FollowersAsync(author, cancel) >= settings.Feed.BigAuthorFollowers)
        {
            await feeds.NoteAsync(author, post);
            Arrived(post, "noted");
            return;
        }
        await PushAsync(post, author, default, cancel);
    }

    /// <summary>Goes on pushing, even if the author has grown over the threshold meanwhile: a post is either pushed or noted.</summary>
    public async Task RunAsync(FanOutPaused payload, CancellationToken cancel)
    {
        if (await posts.FindAsync(payload.PostId, cancel) is { State: PostState.Live })
        {
            await PushAsync(payload.PostId, payload.AuthorId, payload.Below, cancel);
        }
    }

    private async Task PushAsync(PostId post, AccountId author, AccountId below, CancellationToken cancel)
    {
        var served = 0;
        await foreach (var batch in followers.OfAsync(author, below, cancel))
        {
            if (served >= Stretch && batch.Count > 0)
            {
                await posts.PauseFanOutAsync(new(post, author, below), cancel);
                return;
            }
            await feeds.PushAsync(post, batch);
            served += batch.Count;
            below = batch.Count > 0 ? batch[^1] : below;
        }
        Arrived(post, "pushed");
    }

    /// <summary>A post's id says when it was posted. One that was restored, or waited for a memory server that was down, counts from then too.</summary>
    private void Arrived(PostId post, string way) =>
        Lag.WithLabels(way).Observe(Math.Max(0, (time.GetUtcNow() - IdLayout.TimeOf(post.Value)).TotalSeconds));
}
