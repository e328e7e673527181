using Tintype.Cards;

namespace Tintype.Feed;

/// <summary>
/// Lets go of the tops of feeds that are right no more. Whoever reads again notices by themselves; whoever has left would keep twenty cards as
/// they were then, of which the cache has newer ones, or none, for as long as their relations are remembered.
/// </summary>
/// <remarks>Heads keep cards, and not their entries alone, because a list of cards made for each read would be most of the garbage that a read makes.</remarks>
internal sealed class StaleHeads(RelationCache relations, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    // Some milliseconds of looking, and as many for everybody else.
    private const int MostAtOnce = 4096;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);

    public async Task LetGoAsync(CancellationToken cancel)
    {
        var looked = 0;
        foreach (var who in relations.Known)
        {
            if (who.Derived is FeedHead head && !head.Seen.AreUnchanged(time.GetTimestamp()))
            {
                who.Derived = null; // A newer one that is put there in this moment is made once more.
            }
            if (++looked % MostAtOnce == 0)
            {
                await Task.Delay(Breath, time, cancel);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await LetGoAsync(stoppingToken);
        }
    }
}
