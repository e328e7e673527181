using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>
/// Short-lived permission to fetch a private account's photo, as the query of its address: ?e={unix seconds}&amp;s={signature}. Whoever
/// may see the photo is given an address that works for one to two hours; expiry falls on whole hours, so that the address stays the
/// same, and cached, for as long as it can.
/// </summary>
internal sealed class PhotoSignatures(SharedKeyTable keys, TimeProvider time)
{
    private const string KeyName = "photo-signatures";
    private const int KeyBytes = 32;
    private const int SignatureBytes = 16;
    private const long Hour = 3600;

    // Pages are written without awaiting; the key is read once in a process's life, like those of its cookies;
    // a read that fails is tried again by the next page.
    private readonly Lazy<byte[]> key = new(() => Convert.FromBase64String(Task.Run(() => keys.AddOrGetAsync(
        KeyName, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)))).GetAwaiter().GetResult()), LazyThreadSafetyMode.PublicationOnly);

    public string Query(MediaId photo)
    {
        var expiry = ((time.GetUtcNow().ToUnixTimeSeconds() / Hour) + 2) * Hour;
        return $"?e={expiry}&s={Sign(photo, expiry)}";
    }

    /// <summary>How long the permission still holds; null when there is none.</summary>
    public TimeSpan? Check(MediaId photo, string? expiry, string? signature)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var until) && until > now && signature is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(photo, until)))
            ? TimeSpan.FromSeconds(until - now)
            : null;
    }

    private string Sign(MediaId photo, long expiry)
    {
        var hash = HMACSHA256.HashData(key.Value, Encoding.ASCII.GetBytes($"{photo}.{expiry}"));
        return Base64Url.EncodeToString(hash.AsSpan(0, SignatureBytes));
    }
}
