using Tintype.Demo.Painting;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Tables;

namespace Tintype.Demo.Population;

/// <summary>A picture that was painted, and its photo once it is live.</summary>
internal sealed record PaintedPhoto(Photo Photo, Motif Motif);

/// <summary>Posts with a picture of their own each, which take the ordinary way: intake, outbox, worker. A worker must be running.</summary>
internal sealed class PaintedPosts(Past past, IObjectStore objects, PostTable posts, MediaTable media, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);
    private static readonly Motif[] Motifs = Enum.GetValues<Motif>();

    /// <param name="drafts">Oldest first.</param>
    /// <param name="progress">How many are half done: painted, or live.</param>
    public async Task<IReadOnlyList<PaintedPhoto>> PublishAsync(IReadOnlyList<(DateTimeOffset At, AccountId Author)> drafts, Random random, Action<int> progress, CancellationToken cancel)
    {
        var published = new List<PostId>();
        foreach (var (at, author) in drafts)
        {
            var motif = Motifs[published.Count % Motifs.Length];
            var picture = Painter.Paint(motif, 5000 + published.Count);
            past.Turn(at);
            using var staged = await objects.Staging.StageAsync(new MemoryStream(picture.Jpeg), picture.Jpeg.Length, cancel)
                ?? throw new InvalidOperationException("A picture is longer than it is.");
            var photo = await past.Photos.KeepAsync(
                staged, new Photo { AccountId = author, ContentType = "image/jpeg", Width = picture.Width, Height = picture.Height, Description = picture.Alt }, cancel);
            published.Add(await past.Posts.PublishAsync(Draft(author, motif, random), [(photo.Id, picture.Alt)], null, cancel) is Publication.Published { Post: var post }
                ? post.Id
                : throw new InvalidOperationException("A painted picture could not be published."));
            progress(published.Count);
        }
        await LiveAsync(published, progress, cancel);
        var photos = (await media.OfPostsAsync(published, cancel: cancel)).ToDictionary(photo => photo.PostId!.Value);
        return [.. published.Select((id, number) => new PaintedPhoto(photos[id], Motifs[number % Motifs.Length]))];
    }

    public static Post Draft(AccountId author, Motif motif, Random random) =>
        new() { AccountId = author, Caption = Wording.Of[motif].Caption(random), Place = Wording.Of[motif].Where(random), Language = "en" };

    private async Task LiveAsync(List<PostId> published, Action<int> progress, CancellationToken cancel)
    {
        while (true)
        {
            var rows = await posts.GetAsync(published, cancel: cancel);
            var live = rows.Count(post => post.State == PostState.Live);
            progress(published.Count + live);
            if (rows.FirstOrDefault(post => post.State == PostState.Failed) is { } failed)
            {
                throw new InvalidOperationException($"The picture of post {failed.Id} could not be processed.");
            }
            if (live == published.Count)
            {
                return;
            }
            await Task.Delay(LookAgain, time, cancel);
        }
    }
}
