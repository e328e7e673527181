namespace Tintype.Storage.Model;

/// <summary>
/// Counts changes of what belongs to people, in this process, so that whoever remembers something can tell whether it still holds,
/// without looking it up. People share 4,096 counters: a stranger's change may cost a needless look, never a wrong answer.
/// </summary>
public sealed class ChangeStamps
{
    private readonly long[] stamps = new long[4096];
    private long all;

    /// <summary>Of everybody: while it stays the same, so does each.</summary>
    public long OfAll => Volatile.Read(ref all);

    /// <summary>To be read before loading; what was loaded holds for as long as it stays the same.</summary>
    public long Of(AccountId person) => Volatile.Read(ref stamps[Slot(person)]);

    /// <summary>To be called once a change can be seen.</summary>
    public void Raise(AccountId person)
    {
        Interlocked.Increment(ref stamps[Slot(person)]);
        Interlocked.Increment(ref all);
    }

    private int Slot(AccountId person) => (int)((ulong)person.GetHashCode() % (ulong)stamps.Length);
}

/// <summary>Tells who changed what they like and keep, so that caches forget it.</summary>
public sealed class ViewerFlagChanges
{
    public event Action<AccountId>? Changed;

    /// <summary>To be called once a change can be seen.</summary>
    public void Raise(AccountId person) => Changed?.Invoke(person);
}
