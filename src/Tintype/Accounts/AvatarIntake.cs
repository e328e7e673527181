using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;

namespace Tintype.Accounts;

/// <summary>
/// Takes in the picture of a person. Its bytes are kept at once and its square renditions are the worker's; what turns out not to
/// be a picture after all, the worker takes off the profile again.
/// </summary>
internal sealed class AvatarIntake(IObjectStore objects, PhotoIntake photos, MediaTable media, Settings settings)
{
    private const int SignatureBytes = 12;

    private static readonly FieldProblem NoPicture = new("avatar", "ERR_INVALID", "This is not a picture that can be shown: JPEG, PNG, WebP, GIF, AVIF and HEIC can.");

    /// <returns>The row of the picture, or why it is refused.</returns>
    public async Task<(Photo? Photo, FieldProblem? Problem)> KeepAsync(IFormFile file, AccountId owner, CancellationToken cancel)
    {
        await using var content = file.OpenReadStream();
        if (!await IsPictureAsync(content, cancel))
        {
            return (null, NoPicture);
        }
        content.Position = 0;
        using var staged = await objects.Staging.StageAsync(content, settings.Upload.MaxBytes, cancel);
        return staged is null
            ? (null, new("avatar", "ERR_TOO_LONG", $"A picture has at most {settings.Upload.MaxBytes >> 20} MB."))
            : (await photos.KeepAvatarAsync(staged, owner, cancel), null);
    }

    /// <summary>Drops the row of a picture that is shown no more; its objects are left to the sweep.</summary>
    public Task DropAsync(MediaId picture, AccountId owner, CancellationToken cancel) => media.DeleteAsync(picture, owner, cancel);

    private static async Task<bool> IsPictureAsync(Stream content, CancellationToken cancel)
    {
        var start = new byte[SignatureBytes];
        return await content.ReadAtLeastAsync(start, SignatureBytes, throwOnEndOfStream: false, cancel) == SignatureBytes
            && start switch
            {
                [0xFF, 0xD8, 0xFF, ..] => true,
                [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => true,
                [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => true,
                [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P'] => true,
                [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => true, // AVIF and HEIC
                _ => false,
            };
    }
}
