using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Tintype.Storage.Objects;

/// <summary>
/// Objects as files under one folder. The key <c>renditions/123/640.webp</c> is the file <c>renditions/a1b/123/640.webp</c>, where
/// <c>a1b</c> is drawn from the second segment: 4,096 folders, so that none holds millions of names. Staging lies in the same
/// folder, hence on the same volume, so that giving bytes their key is a rename.
/// </summary>
public sealed class FileObjectStore : IObjectStore
{
    private const int BufferBytes = 64 * 1024;
    private readonly string root;

    public FileObjectStore(string folder)
    {
        root = Path.GetFullPath(folder);
        Staging = new StagingFolder(Path.Combine(root, ".staging"));
    }

    public string Name => root;

    public StagingFolder Staging { get; }

    public Task CheckAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(root);
        return Task.CompletedTask;
    }

    public Task KeepAsync(StagedObject staged, ObjectKey key, CancellationToken cancel) =>
        Task.Run(() => DurableFiles.Move(staged.Path, PathOf(key)), cancel);

    public async Task PutAsync(ObjectKey key, byte[] content, CancellationToken cancel)
    {
        using var bytes = new MemoryStream(content, writable: false);
        using var staged = await Staging.StageAsync(bytes, content.Length, cancel);
        await KeepAsync(staged!, key, cancel);
    }

    public Task<ObjectInfo?> FindAsync(ObjectKey key, CancellationToken cancel) =>
        Task.FromResult(new FileInfo(PathOf(key)) is { Exists: true } file ? InfoOf(key, file) : null);

    public Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancel)
    {
        FileStream stream;
        try
        {
            // Deleting a file that someone reads is fine: they read it to its end.
            stream = new FileStream(
                PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, useAsync: true);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<StoredObject?>(null);
        }
        var info = InfoOf(key, stream.Length, File.GetLastWriteTimeUtc(stream.SafeFileHandle));
        var part = range is { } asked ? new ByteRange(asked.First, Math.Min(asked.Last, info.Length - 1)) : new(0, info.Length - 1);
        stream.Position = part.First;
        return Task.FromResult<StoredObject?>(new(info, part, new PartOfStream(stream, part.Length)));
    }

    /// <summary>Its folder goes with its last file, unless another writer is quicker; somebody else may have removed either before.</summary>
    public Task DeleteAsync(ObjectKey key, CancellationToken cancel)
    {
        var path = PathOf(key);
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            File.Delete(path);
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (IOException) when (!File.Exists(path))
        {
            return Task.CompletedTask;
        }
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var segments = ObjectKey.PrefixOf(prefix).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var folder = new DirectoryInfo(Path.Combine(root, Path.Combine(WithFanOut(segments))));
        if (!folder.Exists)
        {
            yield break;
        }
        foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancel.ThrowIfCancellationRequested();
            var parts = Path.GetRelativePath(root, file.FullName).Split(Path.DirectorySeparatorChar);
            // Between listing and looking, a file may go: then it is no longer there to be listed.
            if (parts[0] != ".staging" && ObjectKey.TryParse(string.Join('/', [parts[0], .. parts[2..]]), out var key) && file.Exists)
            {
                yield return InfoOf(key, file);
            }
        }
        await Task.CompletedTask;
    }

    /// <summary>A folder has no addresses: its objects are handed out by whoever can read it.</summary>
    public Task<Uri?> AddressAsync(ObjectKey key, SignedRead read, CancellationToken cancel) => Task.FromResult<Uri?>(null);

    private string PathOf(ObjectKey key) => Path.Combine(root, Path.Combine(WithFanOut(key.Value.Split('/'))));

    private static string[] WithFanOut(string[] segments) =>
        segments.Length < 2 ? segments : [segments[0], FanOutOf(segments[1]), .. segments[1..]];

    private static string FanOutOf(string segment) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(segment)))[..3];

    private static ObjectInfo InfoOf(ObjectKey key, FileInfo file) => InfoOf(key, file.Length, file.LastWriteTimeUtc);

    private static ObjectInfo InfoOf(ObjectKey key, long length, DateTime modified) =>
        new(key, length, $"\"{length:x}-{modified.Ticks:x}\"", new DateTimeOffset(modified, TimeSpan.Zero));
}
