using System.Data.Common;
using System.Globalization;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web.Views;

namespace Tintype.Upload;

/// <summary>An own photo as the page that uploads it sees it: its state, and where it may have been taken.</summary>
internal sealed class PhotoViews(MediaTable media, People people, PostViews posts, ILogger<PhotoViews> log)
{
    private const int PreviewWidth = 320;

    public async Task<UploadedPhotoView> OfAsync(Photo photo, CancellationToken cancel)
    {
        var owner = photo.State == MediaState.Live ? await people.FindAsync(photo.AccountId, cancel) : null;
        return new UploadedPhotoView(
            photo.Id, (PhotoState)photo.State, photo.FailedReason, await SuggestPlaceAsync(photo, cancel),
            owner is null ? null : posts.Of(photo, owner).Url(PreviewWidth));
    }

    /// <summary>The place its owner named the last time they photographed near there, else the position itself.</summary>
    private async Task<string?> SuggestPlaceAsync(Photo photo, CancellationToken cancel)
    {
        if (photo is not { Latitude: { } latitude, Longitude: { } longitude })
        {
            return null;
        }
        try
        {
            if (await media.PlaceNearAsync(photo.AccountId, latitude, longitude, cancel) is { } place)
            {
                return place.Name;
            }
        }
        catch (DbException error)
        {
            log.LogWarning(error, "No place could be suggested for photo {Id}; it was taken without", photo.Id);
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Math.Abs(latitude):0.000}° {(latitude < 0 ? 'S' : 'N')}, {Math.Abs(longitude):0.000}° {(longitude < 0 ? 'W' : 'E')}");
    }
}
