using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;
using Tintype.Storage.Cache.Levels;
using Tintype.Storage.Model;

namespace Tintype.Storage.Cache;

/// <summary>
/// The word of what was written: whoever forgets a key removes it from the shared level, then tells all processes, which drop what they
/// have of it. Batches go out as fast as they are taken; a failed one is tried again until it is through.
/// </summary>
/// <remarks>
/// <para>A word can be lost on its way. Every message carries its sender's count, and every process speaks once a second: who notices a hole
/// in a count that nothing fills, or does not hear itself, ages what it has to seconds, and keeps nothing longer than seconds until it hears
/// itself again.</para>
/// <para>While a key cannot be removed from the shared level, the others are told all the same, and once more when it is: they might have
/// found it there between.</para>
/// <para>Wire format: sender, count, then cache/key of each, escaped as in addresses, with blanks between; * and a moment (milliseconds
/// since 1970) for all that was loaded before it.</para>
/// </remarks>
public sealed class Invalidations : BackgroundService, IAsyncDisposable
{
    /// <summary>What a process that does not hear may be wrong by.</summary>
    public static readonly TimeSpan LifetimeWhenDeaf = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    // Ten beats: a machine that is too busy to speak is not to have its caches expire on top of that.
    private static readonly TimeSpan DeafAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private const string Everything = "*";

    // PostgreSQL takes 7,999 bytes in one notification.
    private const int MaxMessage = 7_000;

    // While nothing gets through, no more than so many wait: about 20 MB. Beyond, lifetimes are the bound.
    private const int MaxWaiting = 100_000;

    private static readonly Counter Gaps = Metrics.CreateCounter("tintype_invalidation_gaps_total", "Times that words of changes were lost, or may have been: caches were aged to seconds.");
    private static readonly Counter Lost = Metrics.CreateCounter("tintype_invalidations_dropped_total", "Words of changes given up because too many waited.");

    private readonly IProcessBus? bus;
    private readonly Func<CancellationToken, Task>? first;
    private readonly ISharedCache? server;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string me = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly Channel<Word> words = Channel.CreateUnbounded<Word>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, int> underWay = new();
    private readonly ConcurrentDictionary<string, Listener> listeners = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Lazy<Task> telling;
    private readonly SenderCounts counts;
    private long count;
    private int disposed;
    private long heardAt = long.MinValue;
    private long nothingBefore = long.MinValue;

    /// <param name="first">Awaited before words go out: what others must have heard by then.</param>
    public Invalidations(IProcessBus? bus, ISharedCache? server, TimeProvider time, ILogger<Invalidations> log, Func<CancellationToken, Task>? first = null)
    {
        this.first = first;
        this.bus = bus;
        this.server = server;
        this.time = time;
        this.log = log;
        counts = new(time);
        telling = new(() => Task.Run(TellAsync));
    }

    /// <summary>There are other processes, and what they write might not reach this one.</summary>
    public bool IsDeaf => bus is not null && (Volatile.Read(ref heardAt) is var at && (at == long.MinValue || time.GetElapsedTime(at) > DeafAfter));

    /// <summary>Of a process that shares nothing.</summary>
    public static Invalidations Alone(TimeProvider time) => new(null, null, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<Invalidations>.Instance);

    internal void Listen(CachePolicy cache, Listener listener) => listeners[cache.Name] = listener;

    /// <summary>Whether a value of the shared level that was loaded then is to be loaded anew: everything was forgotten since.</summary>
    internal bool IsForgotten(DateTimeOffset loaded) => loaded.ToUnixTimeMilliseconds() <= Volatile.Read(ref nothingBefore);

    /// <summary>Whether a key of the shared level was written here a moment ago and may still be there as it was.</summary>
    internal bool IsUnderWay(string sharedName) => underWay.ContainsKey(sharedName);

    /// <summary>Tells that a key was written. Returns at once; the others know within milliseconds.</summary>
    public void Tell(CachePolicy cache, string key)
    {
        if (bus is null && (server is null || !cache.IsShared))
        {
            return;
        }
        if (underWay.Count >= MaxWaiting)
        {
            Lost.Inc();
            return;
        }
        var word = new Word(cache, key, CacheKeys.Shared(cache, key));
        underWay.AddOrUpdate(word.SharedName, 1, static (_, waiting) => waiting + 1);
        words.Writer.TryWrite(word);
        _ = telling.Value;
    }

    /// <summary>Tells that everything may have been written: no process keeps or takes from the shared level what was loaded until now.</summary>
    public void TellAll()
    {
        var word = new Word(null, $"{Everything}{time.GetUtcNow().ToUnixTimeMilliseconds()}", Everything);
        HearAll(word.Key);
        if (bus is not null)
        {
            underWay.AddOrUpdate(word.SharedName, 1, static (_, waiting) => waiting + 1);
            words.Writer.TryWrite(word);
            _ = telling.Value;
        }
    }

    /// <summary>Waits until all that was told so far is through.</summary>
    /// <returns>False when it was not by then.</returns>
    public async Task<bool> ToldAsync(TimeSpan atMost)
    {
        var until = time.GetTimestamp() + (long)(atMost.TotalSeconds * time.TimestampFrequency);
        while (!underWay.IsEmpty && time.GetTimestamp() < until)
        {
            await Task.Delay(5);
        }
        return underWay.IsEmpty;
    }

    public async ValueTask DisposeAsync()
    {
        // Asked for as two services, it is disposed of twice.
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }
        await ToldAsync(LastWords);
        await ending.CancelAsync();
        if (telling.IsValueCreated)
        {
            await telling.Value;
        }
        ending.Dispose();
        Dispose();
    }

    /// <summary>Listens, and speaks once a second.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (bus is null)
        {
            return;
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            using var talk = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            try
            {
                await await Task.WhenAny(bus.ListenAsync(Hear, talk.Token), BeatAsync(talk.Token));
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                log.LogWarning(error, "Words of changes are interrupted: caches live {Seconds} s meanwhile", LifetimeWhenDeaf.TotalSeconds);
                Volatile.Write(ref heardAt, long.MinValue);
            }
            finally
            {
                await talk.CancelAsync();
            }
            Age();
            await Task.Delay(TryAgain, stoppingToken).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    /// <exception cref="TimeoutException">We do not hear what we say.</exception>
    private async Task BeatAsync(CancellationToken stopping)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            words.Writer.TryWrite(Word.Beat);
            _ = telling.Value;
            await Task.Delay(IsDeaf ? TryAgain : Heartbeat, stopping);
            AgeIfLost();
            if (IsDeaf && time.GetElapsedTime(began) > DeafAfter)
            {
                throw new TimeoutException("this process does not hear its own words");
            }
        }
    }

    internal void Hear(string message)
    {
        var parts = message.Split(' ');
        if (parts.Length < 2 || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var number))
        {
            log.LogWarning("A word of changes makes no sense: {Message}", message);
            return;
        }
        if (parts[0] == me)
        {
            Volatile.Write(ref heardAt, time.GetTimestamp());
        }
        else if (counts.IsNew(parts[0], number))
        {
            foreach (var part in parts.AsSpan(2))
            {
                var at = part.IndexOf('/', StringComparison.Ordinal);
                if (part.StartsWith(Everything, StringComparison.Ordinal))
                {
                    HearAll(part);
                }
                else if (at > 0 && listeners.TryGetValue(Uri.UnescapeDataString(part[..at]), out var listener))
                {
                    listener.Figures.Forgotten.Inc();
                    listener.Forget(Uri.UnescapeDataString(part[(at + 1)..]));
                }
            }
        }
        AgeIfLost();
    }

    private void HearAll(string word)
    {
        if (!long.TryParse(word.AsSpan(Everything.Length), CultureInfo.InvariantCulture, out var moment))
        {
            return;
        }
        Volatile.Write(ref nothingBefore, Math.Max(moment, Volatile.Read(ref nothingBefore)));
        foreach (var listener in listeners.Values)
        {
            listener.ForgetAll();
        }
    }

    private void AgeIfLost()
    {
        if (counts.HasLost())
        {
            Age();
        }
    }

    private void Age()
    {
        Gaps.Inc();
        foreach (var listener in listeners.Values)
        {
            listener.Age(LifetimeWhenDeaf);
        }
    }

    private async Task TellAsync()
    {
        List<Word> fresh = [], told = [];
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await words.Reader.WaitToReadAsync(ending.Token);
                while (words.Reader.TryRead(out var word))
                {
                    fresh.Add(word);
                }
                await TellAsync(fresh, told);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // What did not get through stays, and is told again, all of it: twice does what once does.
                log.LogDebug(error, "A word of changes did not get through yet");
                fresh.RemoveAll(word => word == Word.Beat);
            }
            if (fresh.Count + told.Count > 0)
            {
                await Task.Delay(TryAgain, CancellationToken.None);
                words.Writer.TryWrite(Word.Beat);
            }
        }
    }

    /// <param name="fresh">To be told; empty afterwards.</param>
    /// <param name="told">Told already, but still on the shared level; those that are removed there now are told once more.</param>
    private async Task TellAsync(List<Word> fresh, List<Word> told)
    {
        // Else who drops a value might load it again from a follower that does not have the write yet, and keep that.
        await (first?.Invoke(ending.Token) ?? Task.CompletedTask);
        var isRemoved = await TryRemoveAsync(fresh.Concat(told));
        if (bus is not null)
        {
            foreach (var message in Messages(isRemoved ? [.. told, .. fresh] : fresh))
            {
                // Numbered once: what comes twice must say the same.
                await UntilTakenAsync($"{me} {++count}{message}");
            }
        }
        foreach (var word in (isRemoved ? told.Concat(fresh) : fresh.Where(word => !word.IsShared)).Where(word => word != Word.Beat))
        {
            IsThrough(word);
        }
        told.RemoveAll(_ => isRemoved);
        told.AddRange(fresh.Where(word => !isRemoved && word.IsShared));
        fresh.Clear();
    }

    /// <returns>False while the memory server does not answer.</returns>
    private async Task<bool> TryRemoveAsync(IEnumerable<Word> some)
    {
        if (server is null || some.Where(word => word.IsShared).Select(word => word.SharedName).Distinct().ToList() is not { Count: > 0 } names)
        {
            return true;
        }
        try
        {
            await server.RemoveAsync(names);
            return true;
        }
        catch (SharedCacheException error)
        {
            log.LogDebug(error, "Keys that were written are not removed from the shared level yet");
            return false;
        }
    }

    private async Task UntilTakenAsync(string message)
    {
        while (true)
        {
            try
            {
                await bus!.SendAsync(message, ending.Token);
                return;
            }
            catch (Exception error) when (!ending.IsCancellationRequested)
            {
                log.LogDebug(error, "A word of changes did not get through yet");
                await Task.Delay(TryAgain, ending.Token);
            }
        }
    }

    // The last of several about one key takes it out.
    private void IsThrough(Word word)
    {
        if (underWay.AddOrUpdate(word.SharedName, 0, static (_, waiting) => waiting - 1) == 0)
        {
            underWay.TryRemove(new(word.SharedName, 0));
        }
    }

    private static IEnumerable<string> Messages(List<Word> batch)
    {
        var message = new System.Text.StringBuilder();
        foreach (var part in batch.Where(word => word != Word.Beat).Select(word => word.Spoken).Distinct())
        {
            if (message.Length + part.Length > MaxMessage)
            {
                yield return message.ToString();
                message.Clear();
            }
            message.Append(part);
        }
        yield return message.ToString();
    }

    /// <param name="Forget">Told a key that was written elsewhere.</param>
    /// <param name="ForgetAll">Told that everything may have been.</param>
    /// <param name="Age">Told that nothing may live longer than this from now on.</param>
    internal sealed record Listener(CacheFigures Figures, Action<string> Forget, Action ForgetAll, Action<TimeSpan> Age);

    /// <param name="Cache">Null: a beat, or everything.</param>
    private sealed record Word(CachePolicy? Cache, string Key, string SharedName)
    {
        public static readonly Word Beat = new(null, "", "");

        public bool IsShared => Cache?.IsShared == true;

        public string Spoken => Cache is null ? $" {Key}" : $" {Uri.EscapeDataString(Cache.Name)}/{Uri.EscapeDataString(Key)}";
    }
}
