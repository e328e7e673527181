using System.Runtime.CompilerServices;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Feed;

/// <summary>Walks a person's approved followers without ever holding all of them.</summary>
internal sealed class FollowersInBatches(FollowTable follows)
{
    // A page of an index, about a millisecond: ten of these for 10,000 followers.
    internal const int BatchSize = 1000;

    /// <summary>The highest ids first.</summary>
    /// <param name="below">Where to go on; default: from the first.</param>
    public async IAsyncEnumerable<IReadOnlyList<AccountId>> OfAsync(AccountId followee, AccountId below = default, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var maxId = below.Value;
        while (true)
        {
            var batch = await follows.FollowersAsync(followee, FollowState.Active, IdRange.Newest(BatchSize, maxId), cancel: cancel);
            yield return batch.Items;
            if (!batch.More)
            {
                yield break;
            }
            maxId = batch.Items[^1].Value;
        }
    }
}
