using Tintype.Cards;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;
using Tintype.Upload.Pictures;

namespace Tintype.Upload;

/// <summary>
/// Makes what is served from what was sent, and says so in the photo's row; with the last photo of a post, the post goes live. A
/// photo that cannot be shown fails visibly, with its reason; only faults of our own machine are retried.
/// </summary>
internal sealed class ProcessPhoto(
    MediaTable media, PhotoPostTable posts, IObjectStore objects, PictureWorkers workers, PictureLimits limits, CardStore cards, People people,
    ILogger<ProcessPhoto> log)
    : IJob<PhotoUploaded>, IGivenUpJob<PhotoUploaded>
{
    public async Task RunAsync(PhotoUploaded payload, CancellationToken cancel)
    {
        if (await media.FindAsync(payload.MediaId, cancel) is not { State: not (MediaState.Live or MediaState.Failed), RenditionPrefix: { } prefix } photo)
        {
            return;
        }
        await media.MarkProcessingAsync(photo.Id, cancel);
        var post = await RenderAsync(prefix, payload.IsAvatar, cancel) switch
        {
            RenderResult.Rendered done => await CompleteAsync(photo, prefix, done.Picture, cancel),
            RenderResult.Refused refused => await FailAsync(photo, payload.IsAvatar, refused.Why, cancel),
            _ => null,
        };
        if (post is { } shown)
        {
            cards.Forget(shown);
        }
    }

    public async Task GivenUpAsync(PhotoUploaded payload, CancellationToken cancel)
    {
        if (await posts.FailPhotoAsync(payload.MediaId, "Something broke on our side while this photo was made ready. Your original is kept; try again.", cancel) is { } shown)
        {
            cards.Forget(shown);
        }
    }

    private async Task<PostId?> CompleteAsync(Photo photo, string prefix, RenderedPicture picture, CancellationToken cancel)
    {
        foreach (var rendition in picture.Renditions)
        {
            await objects.PutAsync(PhotoKeys.Rendition(prefix, rendition.Name), rendition.Bytes, cancel);
        }
        return await posts.CompletePhotoAsync(
            photo with { Width = picture.Width, Height = picture.Height, BlurHash = picture.BlurHash }, cancel);
    }

    private async Task<PostId?> FailAsync(Photo photo, bool isAvatar, PictureRefusal why, CancellationToken cancel)
    {
        log.LogInformation("Photo {Id} cannot be shown: {Code}", photo.Id, why.Code);
        if (isAvatar)
        {
            await people.TakeAvatarOffAsync(photo.AccountId, photo.Id, cancel);
        }
        return await posts.FailPhotoAsync(photo.Id, why.Reason, cancel);
    }

    private async Task<RenderResult> RenderAsync(string prefix, bool isAvatar, CancellationToken cancel)
    {
        await using var original = await objects.OpenReadAsync(PhotoKeys.Original(prefix), null, cancel)
            ?? throw new InvalidOperationException($"The object {PhotoKeys.Original(prefix)} is not in the store.");
        // The decoders want a file, and the store may be on another machine.
        using var local = await objects.Staging.StageAsync(original.Content, original.Info.Length, cancel)
            ?? throw new InvalidOperationException($"The object {original.Info.Key} is longer than the store said.");
        try
        {
            return await workers.RunAsync(stop => Render(local.Path, isAvatar, stop), cancel);
        }
        catch (TimeoutException)
        {
            return new RenderResult.Refused(PictureRefusal.TookTooLong);
        }
    }

    private RenderResult Render(string path, bool isAvatar, CancellationToken stop) =>
        PictureProbe.Probe(path, limits) switch
        {
            ProbeResult.Accepted accepted => PictureRenderer.Render(path, accepted.Header, isAvatar ? RenditionSet.Avatar : RenditionSet.Photo, stop),
            ProbeResult.Refused refused => new RenderResult.Refused(refused.Why),
            _ => throw new InvalidOperationException("A probe accepts or refuses."),
        };
}
