using Tintype.Cards;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Interactions;

/// <summary>Carries what is true about a like by now to the post; usually it is there already.</summary>
internal sealed class CarryLike(LikeTable table, Likes likes) : IJob<LikeChanged>
{
    public async Task RunAsync(LikeChanged payload, CancellationToken cancel)
    {
        if (await table.FindAsync(payload.AccountId, payload.PostId, cancel) is { } truth)
        {
            await likes.CarryAsync(truth, cancel);
        }
    }
}

/// <summary>Tells a person of something; usually they know already.</summary>
internal sealed class TellNews(Activity activity) : IJob<NotificationDue>
{
    public Task RunAsync(NotificationDue payload, CancellationToken cancel) => activity.TellAsync(payload, cancel);
}
