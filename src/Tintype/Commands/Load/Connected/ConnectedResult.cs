namespace Tintype.Commands.Load.Connected;

/// <param name="What">feed or control.</param>
internal sealed record TurnFigures(string What, double ReadsPerSecond, double BytesOfRead, DeedFigures Figures);

/// <summary>What a run of <c>tintype load --visitors</c> keeps.</summary>
/// <param name="EverySeconds">From one read of a visitor to its next.</param>
/// <param name="Arrival">First reads, cold.</param>
internal sealed record ConnectedResult(
    DateTimeOffset At, IReadOnlyList<Uri> Urls, int Visitors, int Processes, double EverySeconds, double ArriveSeconds, double Seconds, DeedFigures Arrival, IReadOnlyList<TurnFigures> Turns)
{
    /// <summary>Of everything, counted or arriving.</summary>
    public int Failed => Arrival.Failed + Turns.Sum(turn => turn.Figures.Failed);
}

/// <summary>What each of several loading processes leaves for the first.</summary>
internal sealed record ConnectedPart(KeptFigures Arrival, IReadOnlyList<KeptFigures> Turns);
