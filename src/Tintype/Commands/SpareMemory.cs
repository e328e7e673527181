using System.Runtime.InteropServices;

namespace Tintype.Commands;

/// <summary>Gives the system back what the process does not need any more, which neither of its two heaps does by itself.</summary>
/// <remarks>
/// <para>The managed heap: thousands who arrive leave it a third larger than what is known of them, and those who are known make so little garbage that
/// the runtime would not look through all of it for hours. It is compacted once it is quiet; that takes tenths of a second, in which nobody is
/// answered, and not before it has grown by a twelfth since the last time.</para>
/// <para>The C library's, from which pictures are made: what is freed in it stays in it, in as many pieces as threads have taken turns. glibc gives the whole
/// pages among it back when asked (malloc_trim); other libraries are not asked.</para>
/// </remarks>
internal sealed class SpareMemory(TimeProvider time, ILogger<SpareMemory> log)
{
    private const long MiB = 1024 * 1024;

    /// <summary>Of its size, the share that the heap has to grow by before it is compacted again: what it has in use rises too, and the pause goes with that.</summary>
    private const double Share = 1 / 12.0;

    /// <summary>Bytes; a growth by less is not worth a pause, and none is expected before.</summary>
    private const long Least = 16 * MiB, First = 64 * MiB;

    /// <summary>Bytes of managed memory allocated in a second: a dozen cold visits, or thousands of warm reads.</summary>
    private const long Quiet = 4 * MiB;

    /// <summary>Milliseconds of trimming for some 200 MiB.</summary>
    private const int LooksBetweenTrims = 6;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <param name="allocated">Bytes, in the last <see cref="Every"/>.</param>
    /// <param name="heap">Bytes, as the last collection left them: of what came since, nobody knows how much is in use.</param>
    /// <param name="compacted">Bytes that the last compaction left; 0 before the first.</param>
    public static bool IsCompactionDue(long allocated, long heap, long compacted) =>
        allocated < Quiet * Every.TotalSeconds && heap >= First && heap - compacted >= Math.Max(Least, compacted * Share);

    /// <summary>Looks every few seconds, until the process is to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var trim = FindTrim();
        var (allocated, compacted) = (GC.GetTotalAllocatedBytes(), 0L);
        using var timer = new PeriodicTimer(Every, time);
        for (var look = 1; await timer.WaitForNextTickAsync(stopping); look++)
        {
            var (before, heap) = (allocated, GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
            allocated = GC.GetTotalAllocatedBytes();
            if (IsCompactionDue(allocated - before, heap, compacted))
            {
                compacted = Compact(heap);
            }
            if (look % LooksBetweenTrims == 0)
            {
                trim?.Invoke(0);
            }
        }
    }

    private long Compact(long heap)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var now = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        log.LogInformation("The heap was compacted from {Before} to {After} MiB, in a pause of {Pause:0} ms", heap / MiB, now.HeapSizeBytes / MiB, now.PauseDurations[0].TotalMilliseconds);
        return now.HeapSizeBytes;
    }

    private static Trim? FindTrim() =>
        NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "malloc_trim", out var trim) ? Marshal.GetDelegateForFunctionPointer<Trim>(trim) : null;

    /// <param name="keep">Bytes to leave at the end of the heap.</param>
    /// <returns>1 if anything was given back.</returns>
    private delegate int Trim(nuint keep);
}
