using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tintype.Storage.Cache.Levels;

/// <summary>A value, and how long ago it was read from its source.</summary>
public readonly record struct Loaded<T>(T? Value, TimeSpan Age);

/// <summary>
/// One cache's values on a memory server that all processes share. A key that is missing is loaded by the one process that gets its lease;
/// the others wait a moment for what it puts there. Values that grow old are renewed by one process while all go on reading them.
/// </summary>
/// <remarks>
/// <para>Source: "Scaling Memcache at Facebook" (Nishtala et al., NSDI 2013), leases. Departures: the lease lies in the place of the value,
/// so one removal ends both, and who loaded before it finds the lease gone and puts nothing: no stale set; a lease lasts seconds, so
/// a process that dies holds nobody up; and waiting is bounded, after which a process loads for itself and keeps that to itself.</para>
/// <para>When it has lost what it had, the keys that each process has lately seen there are put back, many to a load: most are there before
/// somebody asks. (In that paper a cold cluster is warmed from another one, here from the source.)</para>
/// <para>When the server is down or slow, everybody loads from the source: once per process and key, as without it.</para>
/// <para>Layout: one octet that says what it is, then a lease's random 8 octets; or the moment of loading (milliseconds since 1970, 8
/// octets) and the packed value, nothing for "does not exist".</para>
/// </remarks>
internal sealed class SharedLevel<TKey, TValue>(CachePolicy policy, CacheForm<TValue> form, CacheLevels levels, CacheFigures figures) where TKey : notnull where TValue : class
{
    // Longer than any load should take; then another process may try.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    // After so long, a load of one's own is no worse than waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceWithOld = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Most keys that are put back by one load: a few thousand rows of a database.</summary>
    private const int PutBackAtOnce = 64;

    // memcached takes a megabyte. What is larger costs more to fetch and unpack than to read again.
    private const int MaxBytes = 256 * 1024;
    private const int Header = 9;
    private const byte LeaseMark = 1, ValueMark = 2, NobodyMark = 3;

    private readonly ISharedCache server = levels.Server!;
    private readonly SeenKeys<TKey> seen = new(policy.Longest, levels.Time);

    private TimeSpan Lifetime => policy.LifetimeWhen(levels.Invalidations.IsDeaf);

    /// <summary>Values in the order of the keys; those that are nowhere are loaded, together as far as possible.</summary>
    /// <param name="loadsAny">Whether <paramref name="load"/> loads other keys than these, too.</param>
    public async Task<Loaded<TValue>[]> GetAsync(TKey[] keys, Func<TKey[], Task<TValue?[]>> load, bool loadsAny)
    {
        var asked = Ask(keys);
        var open = asked.Where(MayBeRead).ToList();
        var direct = asked.Except(open).ToList();
        var began = levels.Time.GetTimestamp();
        var pause = FirstLook;
        while (open.Count > 0)
        {
            try
            {
                if (await LookAsync(open, loadsAny))
                {
                    Unawaited(PutBackAsync(load));
                }
            }
            catch (SharedCacheException)
            {
                break;
            }
            await RenewAsync(open.Where(one => one.Ticket is not null && one.Found is not null).ToList(), load);
            await LoadAsync(open.Where(one => one.Ticket is not null).ToList(), load);
            var waited = levels.Time.GetElapsedTime(began);
            open.RemoveAll(one => one.IsDone || one.Found is not null && waited >= PatienceWithOld);
            if (open.Count == 0 || waited >= Patience)
            {
                break;
            }
            figures.LeaseWaits.Inc(open.Count);
            await Task.Delay(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        direct.AddRange(open.Where(one => one.Found is null));
        await LoadAsync(direct, load);
        return [.. asked.Select(one => one.Found!.Value)];
    }

    /// <summary>To be told of every key that was forgotten, here or in another process: it is not there because it was removed.</summary>
    public void Forget(TKey key) => seen.Forget(key);

    private List<Asked> Ask(TKey[] keys) => [.. keys.Select(key => new Asked(key, CacheKeys.Shared(policy, key.ToString()!)))];

    /// <summary>What is being forgotten may still be there for a moment: whoever forgot it must not see it again.</summary>
    private bool MayBeRead(Asked one) => !levels.Invalidations.IsUnderWay(one.Name);

    /// <summary>Reads what is open, with a lease for what is missing, and asks for one for what grows old.</summary>
    /// <param name="isWatched">Whether what is there is to be remembered, and what is lost can be put back.</param>
    /// <returns>Whether much of what was there is lost.</returns>
    private async Task<bool> LookAsync(List<Asked> open, bool isWatched)
    {
        var areLost = false;
        var reads = await server.ReadOrLeaseAsync([.. open.Select(one => one.Name)], NewLease(), Lease);
        var now = levels.Time.GetUtcNow();
        await Task.WhenAll(open.Zip(reads, async (one, read) =>
        {
            if (read.IsOwnLease)
            {
                one.Ticket = read;
                areLost |= isWatched && seen.Note(one.Key, isFound: false);
            }
            else if (TryUnpack(read.Bytes, now, out var loaded))
            {
                if (levels.Invalidations.IsForgotten(now - loaded.Age))
                {
                    one.Ticket = read; // As if nothing were there; what is loaded goes in its place.
                    return;
                }
                one.Found = loaded;
                areLost |= isWatched && seen.Note(one.Key, isFound: true);
                // Before any process comes to renew its own copy (after nine tenths of a life that is up to a tenth shorter): so that it finds a new one, or makes it.
                one.IsDone = loaded.Age < Lifetime * 0.8;
                if (!one.IsDone && (await server.ReadOrLeaseAsync([CacheKeys.Renewal(one.Name)], NewLease(), Lease))[0].IsOwnLease)
                {
                    one.Ticket = read;
                }
                one.IsDone |= one.Ticket is null && loaded.Age < Lifetime;
                figures.SharedHits.Inc(one.IsDone ? 1 : 0);
            }
        }));
        return areLost;
    }

    /// <summary>Loads what was seen there lately and is not, one load after the other, and rests in between for as long as each took: those who ask go first.</summary>
    private async Task PutBackAsync(Func<TKey[], Task<TValue?[]>> load)
    {
        foreach (var some in seen.Known().Chunk(PutBackAtOnce))
        {
            var began = levels.Time.GetTimestamp();
            var asked = Ask(some).FindAll(MayBeRead);
            var reads = await server.ReadOrLeaseAsync(asked.ConvertAll(one => one.Name), NewLease(), Lease);
            var missing = asked.Where((one, at) => (one.Ticket = reads[at].IsOwnLease ? reads[at] : null) is not null).ToList();
            await LoadAsync(missing, load);
            figures.PutBack.Inc(missing.Count);
            await Task.Delay(levels.Time.GetElapsedTime(began));
        }
    }

    private async Task LoadAsync(List<Asked> mine, Func<TKey[], Task<TValue?[]>> load)
    {
        if (mine.Count == 0)
        {
            return;
        }
        try
        {
            foreach (var (one, value) in mine.Zip(await LoadAndPutAsync(mine, load)))
            {
                (one.Found, one.Ticket, one.IsDone) = (new Loaded<TValue>(value, TimeSpan.Zero), null, true);
            }
        }
        catch
        {
            // Others need not wait until the leases lapse.
            _ = QuietlyAsync(() => server.RemoveAsync([.. mine.Where(one => one.Ticket is not null).Select(one => one.Name)]));
            throw;
        }
    }

    /// <summary>Loads anew what is here but grows old. Nobody waits for it while it is not over, and not for long after.</summary>
    private async Task RenewAsync(List<Asked> due, Func<TKey[], Task<TValue?[]>> load)
    {
        if (due.Count == 0)
        {
            return;
        }
        var renewing = LoadAndPutAsync([.. due], load);
        if (due.Exists(one => one.Found!.Value.Age >= Lifetime))
        {
            await Task.WhenAny(renewing, Task.Delay(PatienceWithOld));
        }
        for (var i = 0; i < due.Count; i++)
        {
            due[i].Found = renewing.IsCompletedSuccessfully ? new Loaded<TValue>((await renewing)[i], TimeSpan.Zero) : due[i].Found;
            (due[i].Ticket, due[i].IsDone) = (null, true);
        }
        // If the source is down, what is here goes on; it is tried again when the lease has lapsed.
        Unawaited(renewing);
    }

    private async Task<TValue?[]> LoadAndPutAsync(List<Asked> mine, Func<TKey[], Task<TValue?[]>> load)
    {
        var tickets = mine.ConvertAll(one => one.Ticket);
        figures.Loads.Inc(mine.Count);
        var at = levels.Time.GetUtcNow();
        var values = await load([.. mine.Select(one => one.Key)]);
        for (var i = 0; i < values.Length; i++)
        {
            if (tickets[i] is { } ticket)
            {
                _ = PutAsync(mine[i].Name, ticket, Pack(values[i], at));
            }
        }
        return values;
    }

    private Task PutAsync(string name, SharedValue ticket, byte[] bytes) => QuietlyAsync(() => bytes.Length <= MaxBytes
        ? server.ReplaceAsync(name, ticket, bytes, policy.Longest * 2)
        : server.RemoveAsync([name]));

    /// <summary>What it fails by is told to whoever asks for the same next, by their own load.</summary>
    private static void Unawaited(Task task) => _ = task.ContinueWith(static failed => failed.Exception, TaskContinuationOptions.OnlyOnFaulted);

    private static async Task QuietlyAsync(Func<Task> talk)
    {
        try
        {
            await talk();
        }
        catch (SharedCacheException)
        {
            // Nothing was put there: the next one loads.
        }
    }

    private static byte[] NewLease()
    {
        var bytes = new byte[Header];
        bytes[0] = LeaseMark;
        RandomNumberGenerator.Fill(bytes.AsSpan(1));
        return bytes;
    }

    private byte[] Pack(TValue? value, DateTimeOffset at)
    {
        var packed = new PackedWriter();
        if (value is not null)
        {
            form.Pack(packed, value);
        }
        var bytes = new byte[Header + packed.Written.Length];
        bytes[0] = value is null ? NobodyMark : ValueMark;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), at.ToUnixTimeMilliseconds());
        packed.Written.CopyTo(bytes.AsSpan(Header));
        return bytes;
    }

    /// <returns>False for a lease, and for what cannot be read: then it is loaded anew when it has lapsed.</returns>
    private static bool IsValue(byte[] bytes) => bytes.Length >= Header && bytes[0] is ValueMark or NobodyMark;

    private bool TryUnpack(byte[] bytes, DateTimeOffset now, out Loaded<TValue> loaded)
    {
        loaded = default;
        if (!IsValue(bytes))
        {
            return false;
        }
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1)));
        var packed = new PackedReader(bytes.AsSpan(Header));
        loaded = new(bytes[0] == NobodyMark ? null : form.Unpack(ref packed), age > TimeSpan.Zero ? age : TimeSpan.Zero);
        return true;
    }

    /// <summary>A key on its way: found, ours to load (it has a ticket), or somebody else's.</summary>
    private sealed class Asked(TKey key, string name)
    {
        public TKey Key => key;
        public string Name => name;
        public Loaded<TValue>? Found { get; set; }
        public SharedValue? Ticket { get; set; }
        public bool IsDone { get; set; }
    }
}
