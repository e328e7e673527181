using BitFaster.Caching;
using BitFaster.Caching.Lru;
using Tintype.Storage.Cache.Levels;

namespace Tintype.Storage.Cache;

/// <summary>
/// A lean bounded cache of promises: what is put in is not a value but the promise of one, before it is loaded. Whoever comes meanwhile
/// waits for the same load, so a key that is suddenly gone costs one; and a key forgotten meanwhile leaves that promise outside, so that
/// what was loaded before a write is never kept after it.
/// </summary>
/// <remarks>
/// <para>A hit costs tens of nanoseconds: pages show dozens of them.</para>
/// <para>Source of the idea: Instagram Engineering, "Thundering herds and promises" (2016). Departures: many keys are loaded in one go; a
/// value read in the last tenth of its life is renewed in the background, together with others that are due within a moment; one that is
/// over, but not for as long again, is given to those whom its renewal keeps waiting.</para>
/// <para>While the source is down, expired values go on being given, two seconds at a time; forgotten ones never.</para>
/// </remarks>
/// <typeparam name="TValue">Null is a value too: what does not exist is remembered not to.</typeparam>
public sealed class PromiseCache<TKey, TValue> where TKey : notnull, IParsable<TKey> where TValue : class
{
    private static readonly TimeSpan Throttle = TimeSpan.FromSeconds(2);

    /// <summary>How long a reader waits for a renewal before it takes the old value: not to be felt in a page.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Most keys whose renewals go in one load: a few thousand rows of a database.</summary>
    private const int MostRenewed = 64;

    // One read in so many is looked at for the keys that are hot; told by the clock's last bits, which costs nothing.
    private const long Sampled = 0xff;

    private readonly ConcurrentLru<TKey, Promise> promises;
    private readonly CachePolicy policy;
    private readonly CacheLevels levels;
    private readonly SharedLevel<TKey, TValue>? shared;
    private readonly CacheFigures figures;
    private readonly TimeProvider time;
    private readonly Func<TValue, TValue, bool>? isSame;
    private readonly ByteBound bound;
    private readonly TimeSpan moment;
    private readonly Batcher<Due> renewals;
    private long evicted;

    /// <param name="form">What values look like on the shared level; null: they are never there.</param>
    /// <param name="isSame">Whether a value loaded anew says what the old one did: the old one then stays, with all that was made of it.</param>
    public PromiseCache(CachePolicy policy, CacheLevels levels, CacheForm<TValue>? form = null, Func<TValue, TValue, bool>? isSame = null)
    {
        this.isSame = isSame;
        this.policy = policy = levels.Sizes.Of(policy);
        this.levels = levels;
        time = levels.Time;
        // A twentieth of what is left of a life when its renewal is due: three seconds of ten minutes.
        moment = policy.Longest / 200;
        renewals = new Batcher<Due>(moment, MostRenewed, time);
        bound = new ByteBound(policy.Entries, policy.Megabytes * 1024L * 1024);
        promises = new ConcurrentLru<TKey, Promise>(Environment.ProcessorCount, bound, EqualityComparer<TKey>.Default);
        promises.Events.Value!.ItemRemoved += (_, removed) =>
        {
            removed.Value!.LetGo();
            _ = removed.Reason == ItemRemovedReason.Removed ? 0 : Interlocked.Increment(ref evicted);
        };
        figures = new CacheFigures(policy, time, () => promises.Count, () => Interlocked.Read(ref evicted), SomeSizes);
        shared = policy.IsShared && form is not null && levels.Server is not null ? new(policy, form, levels, figures) : null;
        levels.Add(figures);
        levels.Invalidations.Listen(policy, new(figures, key => Drop(TKey.Parse(key, null)), DropAll, Age));
    }

    /// <summary>A key was forgotten, here or in another process, or its value turned out to be another: what was made of it holds no longer.</summary>
    public event Action<TKey>? Changed;

    /// <summary>The cached value, or what <paramref name="load"/> gives.</summary>
    public ValueTask<TValue?> GetAsync(TKey key, Func<TKey, Task<TValue?>> load) =>
        TryHit(key, out var value) ? new(value) : OneAsync(key, load);

    /// <summary>The same, where many can be loaded in one go.</summary>
    /// <inheritdoc cref="GetAsync(TKey[], Func{TKey[], Task{TValue[]}})" path="/param"/>
    public ValueTask<TValue?> GetAsync(TKey key, Func<TKey[], Task<TValue?[]>> load) =>
        TryHit(key, out var value) ? new(value) : OneAsync(key, load, loadsAny: true);

    /// <summary>The same for somebody who reads the same key again and again: three fetches from memory are spared where a dictionary needs six.</summary>
    /// <param name="held">Where the entry is kept from one time to the next, by whoever keeps this key; null at first.</param>
    /// <inheritdoc cref="GetAsync(TKey[], Func{TKey[], Task{TValue[]}})" path="/param[@name='load']"/>
    public ValueTask<TValue?> GetAsync(TKey key, ref Held<TValue>? held, Func<TKey[], Task<TValue?[]>> load)
    {
        var now = time.GetTimestamp();
        if (now % Held.LookedUpEvery != 0 && Volatile.Read(ref held) is { } entry && entry.TryRead(now, out var value))
        {
            figures.Hits.Inc();
            return new(value);
        }
        var found = GetAsync(key, load);
        Volatile.Write(ref held, Hold(key)); // There is one by now, to be good once it is loaded.
        return found;
    }

    /// <summary>The cached value, if there is one whose renewal is not due.</summary>
    public bool TryGet(TKey key, out TValue? value) => TryHit(key, out value);

    /// <summary>Values for all keys, in their order; those that are not cached are loaded together.</summary>
    /// <param name="load">
    /// Is given the keys to load and answers in their order, null for what does not exist. Loads for anybody: keys whose renewal is due are given
    /// to it with those of others.
    /// </param>
    public ValueTask<TValue?[]> GetAsync(TKey[] keys, Func<TKey[], Task<TValue?[]>> load) => ManyAsync(keys, load, loadsAny: true);

    private bool TryHit(TKey key, out TValue? value)
    {
        value = null;
        var now = time.GetTimestamp();
        if ((now & Sampled) == 0 || !promises.TryGet(key, out var promise) || !promise.TryRead(now, out value))
        {
            return false;
        }
        figures.Hits.Inc();
        return true;
    }

    // Apart, so that a hit makes no closure.
    private ValueTask<TValue?> OneAsync(TKey key, Func<TKey, Task<TValue?>> load) => OneAsync(key, async keys => [await load(keys[0])], loadsAny: false);

    private async ValueTask<TValue?> OneAsync(TKey key, Func<TKey[], Task<TValue?[]>> load, bool loadsAny) => (await ManyAsync([key], load, loadsAny))[0];

    private ValueTask<TValue?[]> ManyAsync(TKey[] keys, Func<TKey[], Task<TValue?[]>> load, bool loadsAny)
    {
        var now = time.GetTimestamp();
        var values = new TValue?[keys.Length];
        List<int>? missing = null;
        for (var i = 0; i < keys.Length; i++)
        {
            if (!promises.TryGet(keys[i], out var promise) || !promise.TryRead(now, out values[i]))
            {
                (missing ??= []).Add(i);
            }
        }
        if ((now & Sampled) == 0)
        {
            figures.Seen(keys);
        }
        figures.Hits.Inc(keys.Length - (missing?.Count ?? 0));
        return missing is null ? new(values) : new(LoadAsync(keys, values, missing, now, load, loadsAny));
    }

    /// <summary>Whether there is a value to give, however long loading takes: also one that is over, but not for as long again.</summary>
    public bool Has(TKey key) => promises.TryGet(key, out var promise) && promise.CanBeGiven(time.GetTimestamp(), Ticks(policy.Lifetime));

    /// <summary>The entry of a key that was just read, to be read again and again; null when it is gone already.</summary>
    public Held<TValue>? Hold(TKey key) => promises.TryGet(key, out var promise) ? promise : null;

    /// <summary>
    /// Tells of reads by held entries, which the cache does not see: they count as hits, and one of their keys keeps its place. Whoever holds
    /// many names another one each time.
    /// </summary>
    public void NoteHeld(TKey key, int reads)
    {
        figures.Hits.Inc(reads);
        promises.TryGet(key, out _);
    }

    /// <summary>All that exists of what it has, whether it is still good or not, in no order. To be gone through now and then, not for a request.</summary>
    public IEnumerable<TValue> Values => promises.Select(pair => pair.Value.Current).OfType<TValue>();

    /// <summary>To be called after the source was written, by whoever wrote it: the next read loads, in every process.</summary>
    public void Forget(TKey key)
    {
        // First the word, so that whoever loads from now on does not find on the shared level what is about to be removed there.
        levels.Invalidations.Tell(policy, key.ToString()!);
        figures.Forgotten.Inc();
        Drop(key);
    }

    /// <summary>Puts a value in the place of the very one that was read, if that is still there.</summary>
    public void Replace(TKey key, TValue read, TValue value)
    {
        if (promises.TryGet(key, out var promise))
        {
            promise.Replace(read, value);
        }
    }

    private void Drop(TKey key)
    {
        promises.TryRemove(key);
        shared?.Forget(key);
        Changed?.Invoke(key);
    }

    /// <summary>Bytes of a few entries, what they take beside key and value apart.</summary>
    private IEnumerable<long> SomeSizes() =>
        promises.Take(CacheFigures.SizeSample).Select(pair => ObjectSize.Of(pair.Value.Current) + (typeof(TKey).IsValueType ? 0 : ObjectSize.Of(pair.Key)));

    private void DropAll()
    {
        foreach (var key in promises.Keys)
        {
            Drop(key);
        }
    }

    private void Age(TimeSpan atMost)
    {
        var now = time.GetTimestamp();
        foreach (var (_, promise) in promises)
        {
            promise.Shorten(now + Random.Shared.NextInt64(Ticks(atMost)));
        }
    }

    private async Task<TValue?[]> LoadAsync(TKey[] keys, TValue?[] values, List<int> missing, long now, Func<TKey[], Task<TValue?[]>> load, bool loadsAny)
    {
        List<Due> needed = [], ahead = [], soon = [];
        var promised = new Promise[keys.Length];
        foreach (var i in missing)
        {
            promised[i] = promises.GetOrAdd(keys[i], static _ => new Promise());
            var alive = promised[i].IsAlive(now);
            var mine = promised[i].TryBegin(now);
            (alive ? figures.Hits : figures.Misses).Inc();
            figures.Expired.Inc(mine && !alive && promised[i].IsKept ? 1 : 0);
            figures.HerdWaits.Inc(alive || mine ? 0 : 1);
            if (mine)
            {
                var left = promised[i].GoOn(now);
                var due = !alive ? needed : loadsAny && left > 2 * Ticks(moment) ? soon : ahead;
                due.Add(new Due(keys[i], promised[i]));
            }
        }
        // Whoever only renews ahead of time does not wait for it.
        renewals.Add(soon, due => _ = KeepAsync(due, load, loadsAny));
        _ = KeepAsync(ahead, load, loadsAny);
        _ = KeepAsync(needed, load, loadsAny);
        foreach (var i in missing)
        {
            var (isThere, value) = await promised[i].WaitAsync(now, Ticks(policy.Lifetime), time);
            values[i] = isThere ? value : await OneAsync(keys[i], load, loadsAny);
        }
        return values;
    }

    private async Task KeepAsync(List<Due> due, Func<TKey[], Task<TValue?[]>> load, bool loadsAny)
    {
        if (due.Count == 0)
        {
            return;
        }
        TKey[] asked = [.. due.Select(one => one.Key)];
        try
        {
            var loaded = shared is null ? await FromSourceAsync(asked, load) : await shared.GetAsync(asked, load, loadsAny);
            var now = time.GetTimestamp();
            for (var i = 0; i < asked.Length; i++)
            {
                var left = Left(loaded[i].Age);
                var old = due[i].Promise.Current;
                var kept = OldOrNew(old, loaded[i].Value);
                due[i].Promise.Keep(kept, now + left - left / 10, now + left);
                if (isSame is not null && old is not null && !ReferenceEquals(kept, old))
                {
                    Changed?.Invoke(asked[i]); // Nobody told, or the word was lost.
                }
            }
            bound.Kept(asked.Length, promises.HotCount + promises.WarmCount + promises.ColdCount, SomeSizes, promises.Policy.Eviction.Value!.Trim);
        }
        catch (Exception error)
        {
            foreach (var (key, promise) in due)
            {
                if (!promise.Break(error, time.GetTimestamp() + Ticks(Throttle)))
                {
                    promises.TryRemove(new KeyValuePair<TKey, Promise>(key, promise));
                }
            }
        }
    }

    private TValue? OldOrNew(TValue? old, TValue? loaded) =>
        isSame is not null && old is not null && loaded is not null && isSame(old, loaded) ? old : loaded;

    private async Task<Loaded<TValue>[]> FromSourceAsync(TKey[] keys, Func<TKey[], Task<TValue?[]>> load)
    {
        figures.Loads.Inc(keys.Length);
        return Array.ConvertAll(await load(keys), value => new Loaded<TValue>(value, TimeSpan.Zero));
    }

    /// <summary>What is left of a value's life, in ticks: seconds, while nobody would tell us that it has changed.</summary>
    private long Left(TimeSpan age)
    {
        var isDeaf = levels.Invalidations.IsDeaf;
        var lifetime = policy.LifetimeWhen(isDeaf);
        lifetime = isDeaf && lifetime > Invalidations.LifetimeWhenDeaf ? Invalidations.LifetimeWhenDeaf : lifetime;
        var jittered = Ticks(lifetime) - Random.Shared.NextInt64(Ticks(lifetime) / 10 + 1);
        return Math.Max(jittered - Ticks(age), Math.Min(Ticks(Throttle), Ticks(lifetime) / 10));
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>What is to be loaded, and by nobody else.</summary>
    private readonly record struct Due(TKey Key, Promise Promise);

    /// <summary>A value, once it is there; until then, those who wait for it. Renewed in its place.</summary>
    private sealed class Promise : Held<TValue>
    {
        private TaskCompletionSource<(bool IsThere, TValue? Value)>? loading;
        private long over;

        /// <summary>Null also once it was let go.</summary>
        public TValue? Current => TryRead(out var value) ? value : null;

        public bool IsKept => Volatile.Read(ref over) != 0;

        /// <summary>Its lifetime is not over, even if its renewal is due.</summary>
        public bool IsAlive(long now) => now < Volatile.Read(ref over);

        /// <param name="staleFor">How long after its lifetime the old value is given to those who have waited their patience out.</param>
        public bool CanBeGiven(long now, long staleFor) => IsKept && now < Volatile.Read(ref over) + staleFor;

        /// <returns>True for the one who is to load it now.</returns>
        public bool TryBegin(long now)
        {
            if (now < GoodUntil || Volatile.Read(ref loading) is not null)
            {
                return false;
            }
            var mine = new TaskCompletionSource<(bool IsThere, TValue? Value)>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref loading, mine, null) is not null)
            {
                return false;
            }
            if (now >= GoodUntil)
            {
                return true;
            }
            // It was renewed between the two looks.
            Volatile.Write(ref loading, null);
            mine.SetResult((TryRead(out var renewed), renewed));
            return false;
        }

        /// <summary>Its load has begun: it is read as before until that comes, or its life is over.</summary>
        /// <returns>What is left of its life; less than nothing when it is over.</returns>
        public long GoOn(long now)
        {
            var end = Volatile.Read(ref over);
            KeepUntil(end);
            return end - now;
        }

        /// <returns>Not there: it was let go, and is to be looked up anew. Who waits for a load is given what was loaded all the same.</returns>
        public async ValueTask<(bool IsThere, TValue? Value)> WaitAsync(long now, long staleFor, TimeProvider time)
        {
            if (Volatile.Read(ref loading) is { } pending && !IsAlive(now))
            {
                if (!CanBeGiven(now, staleFor))
                {
                    return await pending.Task;
                }
                if (!pending.Task.IsCompleted)
                {
                    using var enough = new CancellationTokenSource();
                    await Task.WhenAny(pending.Task, Task.Delay(Patience, time, enough.Token));
                    await enough.CancelAsync();
                }
            }
            return (TryRead(out var value), value);
        }

        public void Keep(TValue? loaded, long renewal, long end)
        {
            Put(loaded);
            Volatile.Write(ref over, end);
            KeepUntil(renewal);
            Interlocked.Exchange(ref loading, null)!.SetResult((true, loaded));
        }

        /// <returns>False when there is no older value to go on with: whoever waits gets the error.</returns>
        public bool Break(Exception error, long until)
        {
            if (IsKept && TryRead(out var old))
            {
                Keep(old, until, until);
                return true;
            }
            // Kept as it is: who comes to it before it is removed gets the same error.
            loading!.SetException(error);
            return false;
        }

        public void Shorten(long until)
        {
            if (IsKept && until < Volatile.Read(ref over))
            {
                KeepUntil(Math.Min(until, GoodUntil));
                Volatile.Write(ref over, until);
            }
        }

        public void Replace(TValue read, TValue next) => PutInPlaceOf(read, next);
    }
}
