namespace Tintype.Commands.Load.Connected;

/// <summary>Which turn a read is due in.</summary>
/// <param name="Number">From 0; -1 before the first.</param>
/// <param name="IsCounted">False in the lap before each turn, which brings back what ran out in the turn of the other.</param>
internal readonly record struct Turn(int Number, bool IsControl, bool IsCounted);

/// <summary>
/// What connected visitors do and when, in times since the beginning: they arrive one after the other, each reads every so often, and after the
/// last has arrived turns are counted, with a lap before each that is not. With a control, turns go to the servers and to it alternately; before the first, everybody
/// spends one of three reads on connecting to it.
/// </summary>
/// <param name="Servers">Visitors are spread over them.</param>
/// <param name="Control">Answer n bytes at /n; none: no control.</param>
/// <param name="Visitors">All of them, in whichever process.</param>
/// <param name="Counted">Of each turn.</param>
internal sealed record ConnectedPlan(IReadOnlyList<Uri> Servers, IReadOnlyList<Uri> Control, int Visitors, TimeSpan Every, TimeSpan Arrive, TimeSpan Counted, int Rounds)
{
    /// <summary>A server that is overrun lets people wait in line for half a minute; who has waited longer has gone.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>A read that is due so long before the last one is answered is not sent.</summary>
    public TimeSpan MostLate { get; init; } = Every;

    private const int LapsToMeet = 3;

    public int Turns => Control.Count > 0 ? 2 * Rounds : Rounds;

    public TimeSpan End => Met + Turns * (Every + Counted);

    /// <summary>When all are connected to all that they will ask.</summary>
    private TimeSpan Met => Control.Count > 0 ? Arrive + LapsToMeet * Every : Arrive;

    public Turn At(TimeSpan time)
    {
        if (time < Met)
        {
            return new Turn(-1, IsControl: false, IsCounted: false);
        }
        var number = (int)((time - Met) / (Every + Counted));
        return new Turn(number, IsControl(number), IsCounted: time - Met - number * (Every + Counted) >= Every);
    }

    public bool IsControl(int turn) => Control.Count > 0 && turn % 2 == 1;

    /// <summary>When a turn's counting begins.</summary>
    public TimeSpan StartOf(int turn) => Met + turn * (Every + Counted) + Every;

    /// <summary>Whether somebody's read at a time is the one with which they connect to the control.</summary>
    public bool MeetsControl(int visitor, TimeSpan time) =>
        Control.Count > 0 && time >= Arrive && time < Met && (int)((time - Arrive) / Every) == visitor % LapsToMeet;

    /// <summary>When somebody comes for the first time.</summary>
    public TimeSpan ArrivalOf(int visitor) => Arrive * ((double)visitor / Visitors);
}
