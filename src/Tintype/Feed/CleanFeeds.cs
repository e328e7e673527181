using Tintype.Cards;
using Tintype.Storage.Feeds;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Feed;

/// <summary>
/// Takes a deleted post out of the feeds it was pushed to, and out of its author's number. Readers stopped seeing it when it was deleted; this
/// frees its place.
/// </summary>
internal sealed class WithdrawPhoto(PostTable posts, FollowersInBatches followers, IFeedStore feeds, CountCache numbers) : IJob<PostChanged>
{
    public async Task RunAsync(PostChanged payload, CancellationToken cancel)
    {
        if (await posts.FindAsync(payload.PostId, cancel) is not { State: PostState.Deleted, IsComment: false } post)
        {
            return;
        }
        await numbers.ForgetAsync(post.AccountId);
        await feeds.RemoveAsync(post.Id, [post.AccountId]);
        if (await feeds.ForgetAsync(post.AccountId, post.Id))
        {
            return; // Noted instead of pushed: it is in no other feed.
        }
        await foreach (var batch in followers.OfAsync(post.AccountId, cancel: cancel))
        {
            await feeds.RemoveAsync(post.Id, batch);
        }
    }
}

/// <summary>
/// Gives up the feeds of people whose relations changed. Their readers noticed at once, by the fingerprint. But between a follow and
/// its copy at the followee, a post may have been spread without the new follower: this runs after the copy was made, so that what is
/// built from here on misses nothing.
/// </summary>
internal sealed class RenewFeeds(IFeedStore feeds) : IJob<FollowChanged>, IJob<BlockChanged>
{
    public Task RunAsync(FollowChanged payload, CancellationToken cancel) => feeds.DropAsync(payload.FollowerId);

    public Task RunAsync(BlockChanged payload, CancellationToken cancel) => feeds.DropAsync(payload.AccountId, payload.TargetId);
}
