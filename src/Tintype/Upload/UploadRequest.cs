using Microsoft.AspNetCore.Http.Features;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Upload.Pictures;

namespace Tintype.Upload;

/// <summary>One photo on its way in through a request, and how it is answered.</summary>
internal sealed class UploadRequest(
    PhotoReception reception, MediaTable media, People people, Statuses statuses, PictureLimits limits, TimeProvider time)
{
    /// <summary>The other parts of the form and its boundaries.</summary>
    public const int FormBytes = 1 << 20;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads a form with one file; the description may stand before or behind it. Null when there is no file.</summary>
    public async Task<Reception?> ReceiveOneAsync(HttpContext http, AccountId owner)
    {
        var request = http.Request;
        if (!MultipartParts.IsMultipart(request))
        {
            return null;
        }
        if (request.ContentLength > limits.MaxBytes + FormBytes)
        {
            return new Reception.Refused(PictureRefusal.TooManyBytes(limits.MaxBytes));
        }
        Allow(http, limits.MaxBytes + FormBytes);
        Reception? received = null;
        string? description = request.Query["description"], focus = request.Query["focus"];
        await foreach (var part in MultipartParts.ReadAsync(request, http.RequestAborted))
        {
            switch (part)
            {
                case Part.File file when received is null:
                    received = await reception.ReceiveAsync(file.Body, new() { AccountId = owner }, http.RequestAborted);
                    break;
                case Part.Field { Name: "description" } field:
                    description = field.Value;
                    break;
                case Part.Field { Name: "focus" } field:
                    focus = field.Value;
                    break;
            }
            if (received is Reception.Refused)
            {
                return received;
            }
        }
        return received is Reception.Kept kept && (description ?? focus) is not null
            ? await SayAsync(kept, PostText.Cut(description, PostText.MaxAlt), focus, http.RequestAborted)
            : received;
    }

    /// <summary>Lets this request be larger than others may be.</summary>
    public static void Allow(HttpContext http, long bytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = bytes;
        }
    }

    /// <summary>The photo once its renditions are made or have failed, or as it is when the time is over.</summary>
    public async Task<Photo> WaitAsync(Photo photo, TimeSpan atMost, CancellationToken cancel)
    {
        var end = time.GetUtcNow() + atMost;
        while (photo.State is MediaState.Stored or MediaState.Processing && time.GetUtcNow() < end)
        {
            await Task.Delay(LookAgain, time, cancel);
            photo = await media.FindAsync(photo.Id, cancel) ?? photo;
        }
        return photo;
    }

    /// <summary>The photo as its owner's app sees it: 200 when it is ready, the reason when it failed.</summary>
    public async Task<IResult> AnswerAsync(Photo photo, CancellationToken cancel, int processing = StatusCodes.Status202Accepted)
    {
        if (photo.State == MediaState.Failed)
        {
            return ApiError.Unprocessable(photo.FailedReason ?? "This photo could not be made ready.");
        }
        var owner = await people.FindAsync(photo.AccountId, cancel);
        return owner is null
            ? ApiError.NotFound()
            : Results.Json(statuses.Of(photo, owner), ApiJson.Options, statusCode: photo.State == MediaState.Live ? StatusCodes.Status200OK : processing);
    }

    private async Task<Reception> SayAsync(Reception.Kept kept, string? description, string? focus, CancellationToken cancel) =>
        await media.DescribeAsync(MediaApi.Described(kept.Photo, description, focus), cancel) is { } described
            ? new Reception.Kept(described)
            : kept;
}
