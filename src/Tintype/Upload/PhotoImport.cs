using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;

namespace Tintype.Upload;

/// <summary>What became of one file of an import.</summary>
internal abstract record Imported
{
    internal sealed record Posted(PostId Post) : Imported;

    /// <summary>These bytes are in a post of this person already: an earlier import, perhaps one that broke off.</summary>
    internal sealed record There : Imported;

    internal sealed record Refused(string Reason) : Imported;
}

/// <summary>
/// Posts files of this machine as somebody's photos, one post each. It makes the renditions itself, so it needs no server; a server
/// that runs beside it, or is started next, tells the followers. Stopped at any moment, it goes on where it was when run again.
/// </summary>
internal sealed class PhotoImport(
    IObjectStore objects, PhotoReception reception, ProcessPhoto process, MediaTable media, PhotoPostTable posts, Settings settings)
{
    /// <summary>A worker takes over what an import that died left undone.</summary>
    private static readonly TimeSpan LeftToUs = TimeSpan.FromMinutes(10);

    public async Task<Imported> ImportAsync(string path, AccountId owner, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        using var staged = await objects.Staging.StageAsync(file, settings.Upload.MaxBytes, cancel);
        if (staged is null)
        {
            return new Imported.Refused(Pictures.PictureRefusal.TooManyBytes(settings.Upload.MaxBytes).Reason);
        }
        if (await media.IsPostedAsync(owner, staged.Sha256, cancel))
        {
            return new Imported.There();
        }
        return await reception.ReceiveAsync(staged, new Photo { AccountId = owner }, LeftToUs, cancel) switch
        {
            Reception.Kept kept => await PostAsync(kept.Photo, cancel),
            Reception.Refused refused => new Imported.Refused(refused.Why.Reason),
            _ => throw new InvalidOperationException("A photo is kept or refused."),
        };
    }

    private async Task<Imported> PostAsync(Photo photo, CancellationToken cancel)
    {
        await process.RunAsync(new PhotoUploaded(photo.Id), cancel);
        return await posts.PublishAsync(new Post { AccountId = photo.AccountId }, [(photo.Id, null)], key: null, cancel) switch
        {
            Publication.Published published => new Imported.Posted(published.Post.Id),
            Publication.PhotoFailed failed => new Imported.Refused(failed.Reason),
            _ => throw new InvalidOperationException($"Photo {photo.Id} was just kept, and is not there."),
        };
    }
}
