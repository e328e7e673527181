using System.Security.Cryptography;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>
/// Makes bytes a photo, durably: first the object, then its row with the job that makes renditions. Dying in between leaves an object
/// that no row refers to, which the sweep removes; never a row without its bytes.
/// </summary>
internal sealed class PhotoIntake(IObjectStore objects, MediaTable media, TimeProvider time)
{
    /// <summary>Keeps a photo to be posted. Bytes this person has stored before are not stored again.</summary>
    /// <param name="photo">What is known of it: owner, size, texts, what the camera noted.</param>
    /// <param name="renderAfter">How long workers leave it alone: for a caller who makes the renditions right away.</param>
    public async Task<Photo> KeepAsync(StagedObject staged, Photo photo, CancellationToken cancel, TimeSpan renderAfter = default)
    {
        var row = Row(staged, photo);
        return await media.AddTwinAsync(row, renderAfter, cancel) ?? await StoreAsync(staged, row, isAvatar: false, renderAfter, cancel);
    }

    /// <summary>Keeps a picture whose square renditions become an avatar; until they are there, the drawn initial is shown.</summary>
    public Task<Photo> KeepAvatarAsync(StagedObject staged, AccountId owner, CancellationToken cancel) =>
        StoreAsync(staged, Row(staged, new() { AccountId = owner, ContentType = "application/octet-stream" }), isAvatar: true, TimeSpan.Zero, cancel);

    private async Task<Photo> StoreAsync(StagedObject staged, Photo row, bool isAvatar, TimeSpan renderAfter, CancellationToken cancel)
    {
        var prefix = PhotoKeys.NewPrefix(row.AccountId, isAvatar);
        await objects.KeepAsync(staged, PhotoKeys.Original(prefix), cancel);
        return await media.AddAsync(row with { RenditionPrefix = prefix }, isAvatar, renderAfter, cancel);
    }

    private Photo Row(StagedObject staged, Photo photo) => photo with
    {
        Secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        Sha256 = staged.Sha256,
        Bytes = staged.Length,
        CreatedAt = time.GetUtcNow(),
    };
}
