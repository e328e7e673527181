using Tintype.Cards;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Friends;

/// <summary>Brings a follow over to the followee's shard; usually it is there already.</summary>
internal sealed class CopyFollow(FollowTable follows, RelationCache relations) : IJob<FollowChanged>
{
    public async Task RunAsync(FollowChanged payload, CancellationToken cancel)
    {
        await follows.CopyAsync(payload.FollowerId, payload.FolloweeId, cancel);
        await relations.ForgetAsync(payload.FollowerId, payload.FolloweeId);
    }
}

/// <summary>Brings a block over to the blocked person's shard, where it ends their follow; usually that is done already.</summary>
internal sealed class CopyBlock(BlockTable blocks, RelationCache relations) : IJob<BlockChanged>
{
    public async Task RunAsync(BlockChanged payload, CancellationToken cancel)
    {
        await blocks.CopyAsync(payload.AccountId, payload.TargetId, cancel);
        await relations.ForgetAsync(payload.AccountId, payload.TargetId);
    }
}

/// <summary>Lets everybody in who waits at the door of an account that is not private any more.</summary>
internal sealed class AcceptWaiting(FollowTable follows, AccountTable accounts, Relationships deeds) : IJob<AccountChanged>
{
    private const int Batch = 200;

    public async Task RunAsync(AccountChanged payload, CancellationToken cancel)
    {
        // Looked at for each batch: whoever closes the door meanwhile keeps the rest waiting.
        while (await accounts.FindAsync(payload.AccountId, cancel) is { IsPrivate: false, State: AccountState.Active })
        {
            var waiting = await follows.FollowersAsync(payload.AccountId, FollowState.Requested, IdRange.Newest(Batch), cancel: cancel);
            foreach (var person in waiting.Items)
            {
                await deeds.AnswerAsync(payload.AccountId, person, accept: true, cancel);
            }
            if (!waiting.More)
            {
                return;
            }
        }
    }
}

/// <summary>Ends all that a purged account was to others, so that their counts are true again.</summary>
internal sealed class EndFollowsOfPurged(FollowTable follows, AccountTable accounts, Relationships deeds, Settings settings) : IJob<AccountPurgeDue>
{
    private const int Batch = 200;

    public async Task RunAsync(AccountPurgeDue payload, CancellationToken cancel)
    {
        if (!await accounts.IsPurgeDueAsync(payload.AccountId, TimeSpan.FromDays(settings.Accounts.RestoreDays), cancel))
        {
            return;
        }
        foreach (var state in new[] { FollowState.Active, FollowState.Requested })
        {
            while ((await follows.FollowingAsync(payload.AccountId, state, IdRange.Newest(Batch), cancel: cancel)).Items is { Count: > 0 } followees)
            {
                foreach (var followee in followees)
                {
                    await deeds.UnfollowAsync(payload.AccountId, followee, cancel);
                }
            }
            while ((await follows.FollowersAsync(payload.AccountId, state, IdRange.Newest(Batch), cancel: cancel)).Items is { Count: > 0 } followers)
            {
                foreach (var follower in followers)
                {
                    await deeds.UnfollowAsync(follower, payload.AccountId, cancel);
                }
            }
        }
    }
}
