namespace Tintype.Storage.Cache;

/// <summary>
/// Which messages of each sender have come, by their count. What goes two ways comes twice, and out of turn: a number is lost when it has
/// not come a second after a later one.
/// </summary>
internal sealed class SenderCounts(TimeProvider time)
{
    internal static readonly TimeSpan OutOfTurn = TimeSpan.FromSeconds(1);

    // More that came out of turn than any two ways are apart.
    private const int MostAhead = 1_000;

    // Senders come and go with every restart.
    private const int MostSenders = 1_000;

    private readonly Dictionary<string, Sender> senders = [];

    /// <summary>Notes a message.</summary>
    /// <returns>Whether it came for the first time.</returns>
    public bool IsNew(string sender, long number)
    {
        lock (senders)
        {
            if (!senders.TryGetValue(sender, out var known))
            {
                if (senders.Count >= MostSenders)
                {
                    senders.Clear();
                }
                senders[sender] = new(number);
                return true;
            }
            return known.IsNew(number, time.GetTimestamp());
        }
    }

    /// <summary>Whether a number was lost since this was last asked.</summary>
    public bool HasLost()
    {
        lock (senders)
        {
            var before = time.GetTimestamp() - (long)(OutOfTurn.TotalSeconds * time.TimestampFrequency);
            return senders.Values.Count(sender => sender.GivesUp(before)) > 0; // All of them give up what is lost, not the first alone.
        }
    }

    /// <param name="through">Everything up to here has come, or was given up.</param>
    private sealed class Sender(long through)
    {
        // Numbers beyond a hole, and when they came.
        private readonly SortedDictionary<long, long> ahead = [];

        public bool IsNew(long number, long now)
        {
            if (number <= through || !ahead.TryAdd(number, now))
            {
                return false;
            }
            while (ahead.Remove(through + 1))
            {
                through++;
            }
            return true;
        }

        /// <summary>Whether something is missing that should have come by then; it is not waited for any more.</summary>
        public bool GivesUp(long before)
        {
            if (ahead.Count == 0 || (ahead.Count < MostAhead && ahead.Values.Min() > before))
            {
                return false;
            }
            through = ahead.Keys.Max();
            ahead.Clear();
            return true;
        }
    }
}
