using Microsoft.AspNetCore.WebUtilities;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Upload.Pictures;

namespace Tintype.Upload;

/// <summary>What became of a file that somebody sent.</summary>
internal abstract record Reception
{
    /// <summary>Bytes and row are durable.</summary>
    internal sealed record Kept(Photo Photo) : Reception;

    internal sealed record Refused(PictureRefusal Why) : Reception
    {
        public int Status => Why.Code == RefusalCode.TooManyBytes ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status422UnprocessableEntity;
    }
}

/// <summary>Takes one photo in: stages its bytes under the limit while hashing them, looks at its header, notes its facts, keeps it.</summary>
internal sealed class PhotoReception(
    IObjectStore objects, PhotoIntake intake, PictureWorkers workers, PictureLimits limits, TimeProvider time, ILogger<PhotoReception> log)
{
    /// <param name="said">Owner, and what the sender says of it: description, focus.</param>
    public async Task<Reception> ReceiveAsync(Stream body, Photo said, CancellationToken cancel)
    {
        using var staged = await StageAsync(body, cancel);
        return staged is null
            ? new Reception.Refused(PictureRefusal.TooManyBytes(limits.MaxBytes))
            : await ReceiveAsync(staged, said, TimeSpan.Zero, cancel);
    }

    /// <param name="renderAfter">How long workers leave it alone: for a caller who makes the renditions right away.</param>
    public async Task<Reception> ReceiveAsync(StagedObject staged, Photo said, TimeSpan renderAfter, CancellationToken cancel)
    {
        ProbeResult probed;
        PictureFacts facts;
        try
        {
            (probed, facts) = await workers.RunAsync(
                _ =>
                {
                    var result = PictureProbe.Probe(staged.Path, limits);
                    return (result, result is ProbeResult.Accepted ? PictureFacts.Read(staged.Path, time.GetUtcNow(), log) : PictureFacts.None);
                },
                cancel);
        }
        catch (TimeoutException)
        {
            return new Reception.Refused(PictureRefusal.TookTooLong);
        }
        return probed is ProbeResult.Accepted accepted
            ? new Reception.Kept(await intake.KeepAsync(staged, Describe(said, accepted.Header, facts), cancel, renderAfter))
            : new Reception.Refused(((ProbeResult.Refused)probed).Why);
    }

    private async Task<StagedObject?> StageAsync(Stream body, CancellationToken cancel)
    {
        try
        {
            return await objects.Staging.StageAsync(body, limits.MaxBytes, cancel);
        }
        // The form's reader says so; a fault of our own disk has another source.
        catch (IOException broken) when (broken.Source == typeof(MultipartReader).Assembly.GetName().Name)
        {
            throw new BadHttpRequestException("The upload broke off.", StatusCodes.Status400BadRequest, broken);
        }
    }

    private static Photo Describe(Photo said, PictureHeader header, PictureFacts facts) => said with
    {
        ContentType = header.Kind.ContentType(),
        Width = header.Width,
        Height = header.Height,
        TakenAt = facts.TakenAt,
        Latitude = facts.Position?.Latitude,
        Longitude = facts.Position?.Longitude,
    };
}
