using System.Data.Common;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Friends;

/// <summary>
/// What people do to each other: the truth first, then at once the copy on the other's shard, so that both see it on their next read.
/// Should the other shard not answer, the outbox makes the copy later; what was acknowledged stands either way.
/// </summary>
internal sealed class Relationships(
    FollowTable follows, BlockTable blocks, MuteTable mutes, AccountTable accounts, RelationCache relations, ILogger<Relationships> log)
{
    /// <returns>Null when there is nobody of that id, or nobody for this person.</returns>
    public async Task<FollowAnswer?> FollowAsync(AccountId me, AccountId whom, CancellationToken cancel = default)
    {
        // From the table, not from the cache of people: a minute-old "public" would let somebody past the door of a private account.
        if (await accounts.FindAsync(whom, cancel) is not { State: AccountState.Active } account || (await relations.GetAsync(me, cancel)).IsBlockedBy(whom))
        {
            return null;
        }
        var answer = await follows.FollowAsync(me, whom, account.IsPrivate, cancel);
        await CopyFollowAsync(me, whom);
        return answer;
    }

    public async Task UnfollowAsync(AccountId me, AccountId whom, CancellationToken cancel = default)
    {
        await follows.EndAsync(me, whom, cancel);
        await CopyFollowAsync(me, whom);
    }

    /// <returns>False when nobody of that id asks.</returns>
    public async Task<bool> AnswerAsync(AccountId me, AccountId whoAsks, bool accept, CancellationToken cancel = default)
    {
        var answered = await follows.AnswerRequestAsync(whoAsks, me, accept, cancel);
        await CopyFollowAsync(whoAsks, me);
        return answered;
    }

    /// <summary>Ends somebody's follow of me without blocking them.</summary>
    public Task RemoveFollowerAsync(AccountId me, AccountId follower, CancellationToken cancel = default) => UnfollowAsync(follower, me, cancel);

    public async Task BlockAsync(AccountId me, AccountId whom, bool active, CancellationToken cancel = default)
    {
        await blocks.SetAsync(me, whom, active, cancel);
        await AtOnceAsync(async () =>
        {
            await blocks.CopyAsync(me, whom, CancellationToken.None);
            await follows.CopyAsync(me, whom, CancellationToken.None);
            await follows.CopyAsync(whom, me, CancellationToken.None);
        }, me, whom);
    }

    public async Task MuteAsync(AccountId me, AccountId whom, bool muted, CancellationToken cancel = default)
    {
        await mutes.SetAsync(me, whom, muted, cancel);
        await relations.ForgetAsync(me);
    }

    private Task CopyFollowAsync(AccountId follower, AccountId followee) =>
        AtOnceAsync(() => follows.CopyAsync(follower, followee, CancellationToken.None), follower, followee);

    private async Task AtOnceAsync(Func<Task> copy, AccountId one, AccountId other)
    {
        try
        {
            await copy();
        }
        catch (DbException error)
        {
            log.LogWarning(error, "What {One} and {Other} are to each other is copied later by the outbox", one, other);
        }
        finally
        {
            await relations.ForgetAsync(one, other);
        }
    }
}
