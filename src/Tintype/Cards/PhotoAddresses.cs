using Tintype.Storage.Model;

namespace Tintype.Cards;

/// <summary>
/// Where the bytes of a photo are: /media/{id}-{secret}/640.webp. The secret makes it unguessable; a private account's photo needs a
/// short-lived signature beside it.
/// </summary>
internal sealed class PhotoAddresses(Settings settings, PhotoSignatures signatures)
{
    private readonly string cdn = settings.Objects.CdnUrl.TrimEnd('/');

    /// <summary>Address up to the width: relative, or at the CDN when everybody may see the photo.</summary>
    public string Prefix(Photo photo, Person owner) => $"{(owner.IsPrivate ? "" : cdn)}{Path(photo)}";

    /// <summary>Empty for photos of public accounts.</summary>
    public string Query(Photo photo, Person owner) => owner.IsPrivate ? signatures.Query(photo.Id) : "";

    /// <summary>Absolute address of a rendition, for apps.</summary>
    public string Absolute(Photo photo, Person owner, int width, string format) =>
        $"{(owner.IsPrivate ? settings.PublicUrl : Public)}{Path(photo)}/{width}.{format}{Query(photo, owner)}";

    /// <summary>Absolute address of a person's picture, for apps.</summary>
    public string AbsoluteAvatar(Person person) => Public + person.AvatarUrl;

    private string Public => cdn.Length > 0 ? cdn : settings.PublicUrl;

    private static string Path(Photo photo) => $"/media/{photo.Id}-{photo.Secret}";
}
