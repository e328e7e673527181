namespace Tintype.Commands.Load.Connected;

/// <summary>Connected visitors of one process, and what they have seen.</summary>
internal sealed class ConnectedLoad(ConnectedPlan plan)
{
    /// <summary>Everybody's first read, connecting included.</summary>
    public ReadFigures Arrival { get; } = new();

    public IReadOnlyList<ReadFigures> Turns { get; } = [.. Enumerable.Range(0, plan.Turns).Select(_ => new ReadFigures())];

    /// <param name="visitors">With their place among all.</param>
    /// <param name="begin">From <see cref="System.Diagnostics.Stopwatch"/>.</param>
    public Task RunAsync(IEnumerable<(int Place, Visitor Visitor)> visitors, long begin, CancellationToken cancel) =>
        Task.WhenAll(visitors.Select(one => VisitAsync(one.Place, one.Visitor, begin, cancel)));

    /// <returns>Null for reads that are not counted.</returns>
    public ReadFigures? Of(Turn turn) => turn.IsCounted ? Turns[turn.Number] : null;

    private async Task VisitAsync(int place, Visitor visitor, long begin, CancellationToken cancel)
    {
        using var connected = new ConnectedVisitor(plan, this, place, visitor.Token, begin, cancel);
        await connected.StayAsync();
    }
}
