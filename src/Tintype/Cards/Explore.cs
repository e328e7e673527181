using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables.Search;
using Tintype.Web.Views;

namespace Tintype.Cards;

/// <summary>
/// What is worth looking at now: photos by a score that fades, tags of the day. Scores are made by jobs; here they are only read, once
/// in a while for everybody.
/// </summary>
internal sealed class Explore(DirectoryTable directory, VisibleCards cards, PostViews views, RelationCache relations, BesidePages beside, CacheLevels levels)
{
    /// <summary>How far down one may leaf; beyond, tags and search lead further.</summary>
    public const int MostPhotos = 1200;

    private const int Tags = 20;

    private readonly NamedCache<IReadOnlyList<PostId>> photos = new(CachePolicies.Explore, levels, CacheForms.Posts);
    private readonly NamedCache<IReadOnlyList<TagHit>> tags = new(CachePolicies.TagsOfTheDay, levels, CacheForms.Tags);

    /// <summary>Ids by score, the highest first.</summary>
    public async Task<IReadOnlyList<PostId>> IdsAsync(int limit, int offset, CancellationToken cancel = default) =>
        offset >= MostPhotos ? [] : await photos.GetAsync(CacheKeys.Explore(limit, offset), () => directory.TopPostsAsync(limit, offset, CancellationToken.None));

    /// <summary>A page of squares; nothing of people whom the viewer mutes or who are blocked either way.</summary>
    /// <param name="url">Address of the page that begins at an offset.</param>
    public async Task<Page<TileView>> TilesAsync(AccountId? viewer, int limit, int offset, Func<int, string> url, CancellationToken cancel = default)
    {
        var ids = await IdsAsync(limit, offset, cancel);
        var next = offset + limit;
        return new(await TilesOfAsync(ids, viewer, cancel), ids.Count == limit && next < MostPhotos ? url(next) : null);
    }

    /// <summary>Squares of posts in the order given, without what the viewer may not see or does not want to.</summary>
    public async Task<IReadOnlyList<TileView>> TilesOfAsync(IReadOnlyList<PostId> ids, AccountId? viewer, CancellationToken cancel = default)
    {
        var seen = viewer is { } id ? await relations.GetAsync(id, cancel) : null;
        return views.TilesOf([.. (await cards.GetAsync(ids, viewer, cancel)).Where(card => seen is null || !seen.Mutes(card.Post.AccountId))]);
    }

    public async Task<IReadOnlyList<TagView>> TagsAsync(int limit = Tags, CancellationToken cancel = default) =>
        [.. (await tags.GetAsync(CacheKeys.TagsOfTheDay, () => directory.TopTagsAsync(Tags, CancellationToken.None))).Take(limit).Select(hit => new TagView(hit.Tag, hit.Posts))];

    /// <summary>The right column of wide screens.</summary>
    public async Task<SideView> SideAsync(AccountId viewer, CancellationToken cancel = default) =>
        new(await beside.OfAsync(viewer, cancel), await TagsAsync(10, cancel));
}
