using System.Security.Cryptography;

namespace Tintype.Storage.Objects;

/// <summary>Copies objects between stores, and believes what it reads back.</summary>
public static class ObjectCopy
{
    /// <returns>SHA-256 of the object, lowercase hexadecimal; null when the source has it no more.</returns>
    /// <exception cref="ObjectChangedException">What was read back is not what was sent.</exception>
    public static async Task<string?> CopyAsync(IObjectStore from, IObjectStore to, ObjectKey key, CancellationToken cancel)
    {
        await using var original = await from.OpenReadAsync(key, null, cancel);
        if (original is null)
        {
            return null;
        }
        using var staged = await to.Staging.StageAsync(original.Content, original.Info.Length, cancel) ?? throw new ObjectChangedException(key);
        if (staged.Length != original.Info.Length)
        {
            throw new ObjectChangedException(key);
        }
        var sent = staged.Sha256;
        await to.KeepAsync(staged, key, cancel);
        return await HashAsync(to, key, cancel) == sent ? sent : throw new ObjectChangedException(key);
    }

    /// <returns>SHA-256, lowercase hexadecimal; null when there is no such object.</returns>
    public static async Task<string?> HashAsync(IObjectStore store, ObjectKey key, CancellationToken cancel)
    {
        await using var stored = await store.OpenReadAsync(key, null, cancel);
        return stored is null ? null : Convert.ToHexStringLower(await SHA256.HashDataAsync(stored.Content, cancel));
    }
}

/// <summary>An object is not the same on both sides of a copy.</summary>
public sealed class ObjectChangedException(ObjectKey key) : Exception($"{key} came out of the store other than it went in: check the store, and copy again.");
