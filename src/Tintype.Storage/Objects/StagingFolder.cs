using System.Buffers;
using System.Security.Cryptography;

namespace Tintype.Storage.Objects;

/// <summary>A folder on this machine where bytes wait, hashed and counted, until they are refused or get their key.</summary>
public sealed class StagingFolder
{
    private const int BufferBytes = 128 * 1024;
    private readonly string folder;

    public StagingFolder(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
    }

    /// <summary>
    /// Copies a stream into a file while hashing it, with one buffer of 128 KiB whatever its length. Null when it holds more than
    /// <paramref name="maxBytes"/>: reading stops there and nothing is left behind.
    /// </summary>
    public async Task<StagedObject?> StageAsync(Stream content, long maxBytes, CancellationToken cancel)
    {
        var path = Path.Combine(folder, Path.GetRandomFileName());
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var kept = false;
        try
        {
            long length = 0;
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, useAsync: true))
            {
                int read;
                while ((read = await content.ReadAsync(buffer.AsMemory(0, BufferBytes), cancel)) > 0)
                {
                    length += read;
                    if (length > maxBytes)
                    {
                        return null;
                    }
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), cancel);
                }
            }
            kept = true;
            return new StagedObject(path, length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (!kept)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Removes what processes that died left behind; nothing in use is as old as <paramref name="before"/>.</summary>
    public int RemoveLeftovers(DateTimeOffset before)
    {
        var leftovers = new DirectoryInfo(folder).EnumerateFiles().Where(file => file.LastWriteTimeUtc < before.UtcDateTime).ToList();
        leftovers.ForEach(file => file.Delete());
        return leftovers.Count;
    }
}

/// <summary>Bytes in a file of our own naming; the file is gone once they are kept or this is disposed.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lowercase hexadecimal.</param>
public sealed record StagedObject(string Path, long Length, string Sha256) : IDisposable
{
    public void Dispose() => File.Delete(Path);
}
