using System.Security.Cryptography;
using System.Text;
using BitFaster.Caching.Lru;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Media;

/// <summary>What of a photo's row decides whether and from where it is served. It does not change once the photo is live.</summary>
internal sealed record ServedPhoto(MediaId Id, AccountId OwnerId, PostId? PostId, string Secret, string Prefix);

/// <summary>Finds the photo an address names, if the address knows its secret.</summary>
internal sealed class ServedPhotos(MediaTable media)
{
    // 100,000 of about 250 bytes: the photos of a busy hour, so that serving bytes costs no query.
    private readonly ConcurrentLru<MediaId, ServedPhoto> known = new(100_000);

    /// <param name="address">"{id}-{secret}".</param>
    /// <returns>Null when there is no such live photo or the secret is wrong: nobody learns which.</returns>
    public async ValueTask<ServedPhoto?> FindAsync(string address, CancellationToken cancel)
    {
        if (address.Split('-') is not [var number, { Length: > 0 } secret] || !MediaId.TryParse(number, null, out var id))
        {
            return null;
        }
        if (!known.TryGet(id, out var photo))
        {
            if (await media.FindAsync(id, cancel) is not { State: MediaState.Live, RenditionPrefix: { } prefix } row)
            {
                return null;
            }
            photo = new ServedPhoto(row.Id, row.AccountId, row.PostId, row.Secret, prefix);
            // Until a post takes it, its post may still change.
            if (row.PostId is not null || prefix.StartsWith(Storage.Objects.PhotoKeys.Avatars, StringComparison.Ordinal))
            {
                known.AddOrUpdate(id, photo);
            }
        }
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(photo.Secret)) ? photo : null;
    }
}
