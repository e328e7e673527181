namespace Tintype.Storage.Feeds;

/// <summary>A feed in somebody's hands, who reads it again without looking it up: <see cref="IFeedStore.TryGet"/>.</summary>
public abstract class KeptFeed
{
    private protected KeptFeed()
    {
    }
}
