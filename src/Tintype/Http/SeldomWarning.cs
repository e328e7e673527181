namespace Tintype.Http;

/// <summary>What meets thousands of requests is one thing to say, not one for each of them.</summary>
internal sealed class SeldomWarning
{
    private const long EveryMs = 5_000;

    private long saidAt = -EveryMs;

    /// <returns>True for one of those who ask within a few seconds.</returns>
    public bool IsDue()
    {
        var (now, last) = (Environment.TickCount64, Interlocked.Read(ref saidAt));
        return now - last >= EveryMs && Interlocked.CompareExchange(ref saidAt, now, last) == last;
    }
}
