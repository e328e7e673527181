using System.Text.Json;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Loading;

/// <summary>Live posts, each with one photo whose renditions are there already, and their authors' counts.</summary>
public sealed class PostLoad(InstanceLoad load)
{
    /// <param name="posts">By ascending id; later than all that their authors have posted.</param>
    public Task AddAsync(IReadOnlyList<(Post Post, Photo Photo)> posts, Action<int>? progress = null, CancellationToken cancel = default) =>
        load.EachAsync(posts, pair => pair.Post.Id.In(Cluster.Content), async (session, some) =>
        {
            await WritePostsAsync(session, [.. some.Select(pair => pair.Post)]);
            await WritePhotosAsync(session, [.. some.Select(pair => pair.Photo)]);
            await PostTable.CountAsync(session, [.. some.GroupBy(pair => pair.Post.AccountId).OrderBy(group => group.Key)
                .Select(group => (group.Key, group.Count(), (DateTimeOffset?)group.Max(pair => pair.Post.CreatedAt)))]);
        }, progress, cancel);

    private static Task WritePostsAsync(ShardSession session, Post[] posts) => session.AddRowsAsync("posts", new RowBlock(posts.Length)
        .With("id", posts.Select(post => post.Id).Values())
        .With("account_id", posts.Select(post => post.AccountId).Values())
        .With("caption", [.. posts.Select(post => post.Caption)])
        .With("place", [.. posts.Select(post => post.Place is { } place ? JsonSerializer.Serialize(place) : null)])
        .With("tagged", [.. posts.Select(post => JsonSerializer.Serialize(post.Tagged))])
        .With("mentions", [.. posts.Select(post => JsonSerializer.Serialize(post.Mentions))])
        .With("visibility", [.. posts.Select(post => (long)post.Visibility)])
        .With("sensitive", [.. posts.Select(post => post.Sensitive ? 1L : 0L)])
        .With("spoiler_text", [.. posts.Select(post => post.SpoilerText)])
        .With("language", [.. posts.Select(post => post.Language)])
        .WithSame("state", PostState.Live)
        .WithSame("likes", 0L)
        .WithSame("comments", 0L)
        .With("created_at", PeopleLoad.Moments(posts.Select(post => post.CreatedAt))));

    private static Task WritePhotosAsync(ShardSession session, Photo[] photos) => session.AddRowsAsync("media", new RowBlock(photos.Length)
        .With("id", photos.Select(photo => photo.Id).Values())
        .With("account_id", photos.Select(photo => photo.AccountId).Values())
        .With("post_id", photos.Select(photo => photo.PostId!.Value).Values())
        .With("position", [.. photos.Select(photo => (long)photo.Position)])
        .WithSame("state", MediaState.Live)
        .With("secret", [.. photos.Select(photo => photo.Secret)])
        .With("sha256", [.. photos.Select(photo => photo.Sha256)])
        .With("content_type", [.. photos.Select(photo => photo.ContentType)])
        .With("bytes", [.. photos.Select(photo => photo.Bytes)])
        .With("width", [.. photos.Select(photo => (long)photo.Width)])
        .With("height", [.. photos.Select(photo => (long)photo.Height)])
        .With("blur_hash", [.. photos.Select(photo => photo.BlurHash)])
        .With("description", [.. photos.Select(photo => photo.Description)])
        .WithSame("focus_x", 0.0)
        .WithSame("focus_y", 0.0)
        .With("rendition_prefix", [.. photos.Select(photo => photo.RenditionPrefix)])
        .With("created_at", PeopleLoad.Moments(photos.Select(photo => photo.CreatedAt))));
}
