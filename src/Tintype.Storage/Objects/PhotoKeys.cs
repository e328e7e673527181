using System.Security.Cryptography;

namespace Tintype.Storage.Objects;

/// <summary>
/// Where the bytes of photos lie: photos/{account}/{random}/original, and beside it its renditions. The random part is drawn anew for
/// each photo that is stored, so a prefix that no row has stays without one for ever.
/// </summary>
public static class PhotoKeys
{
    public const string Photos = "photos";
    public const string Avatars = "avatars";

    public static string NewPrefix(AccountId owner, bool isAvatar) =>
        $"{(isAvatar ? Avatars : Photos)}/{owner}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";

    public static ObjectKey Original(string prefix) => ObjectKey.Parse($"{prefix}/original");

    /// <param name="name">"640.webp".</param>
    public static ObjectKey Rendition(string prefix, string name) => ObjectKey.Parse($"{prefix}/{name}");

    /// <summary>The prefix of a key and whose it is; null when the key is not of this kind.</summary>
    public static (string Prefix, AccountId Owner)? Read(ObjectKey key) =>
        key.Value.Split('/') is [Photos or Avatars, var owner, var random, _] parts && AccountId.TryParse(owner, null, out var id)
            ? ($"{parts[0]}/{owner}/{random}", id)
            : null;
}
