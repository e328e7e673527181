using Tintype.Cards;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Profile;

/// <summary>
/// A person's posts, page by page. First pages are cached, since everybody who looks at somebody famous asks for the same one: it is
/// loaded once however many wait. One's own is never cached, so that one's changes show at once; cards and <see cref="Audience"/>
/// still decide about each post, so a deleted one is gone at once for all.
/// </summary>
internal sealed class Grids(ProfileTable table, VisibleCards visible, CacheLevels levels)
{
    /// <summary>Holds the first page of apps (40 at most) and of our own pages.</summary>
    private const int FirstPage = 40;

    private readonly NamedCache<RowPage<PostId>> firstPages = new(CachePolicies.Grids, levels, CacheForms.PageOfPosts);

    /// <summary>A page of ids, and the cards among them that the viewer may see.</summary>
    /// <param name="seen">Null for a stranger.</param>
    /// <param name="unready">Whether authors see posts of their own that are not live.</param>
    public async Task<(RowPage<PostId> Ids, IReadOnlyList<Card> Cards)> PageAsync(
        Person person, Relations? seen, IdRange range, bool unready, CancellationToken cancel)
    {
        if (!Audience.MaySeePhotosOf(person, seen))
        {
            return (new RowPage<PostId>([], More: false), []);
        }
        var own = seen?.ViewerId == person.Id;
        var grid = own && unready ? GridOf.Author : own || seen is not null && seen.Follows(person.Id) ? GridOf.Followers : GridOf.Public;
        var ids = !own && range is { Below: long.MaxValue, Above: 0, Limit: <= FirstPage }
            ? Cut(await FirstAsync(person.Id, grid), range.Limit)
            : await table.PostsAsync(person.Id, grid, range, cancel);
        return (ids, await visible.GetAsync(ids.Items, seen?.ViewerId, cancel));
    }

    private ValueTask<RowPage<PostId>> FirstAsync(AccountId person, GridOf grid) =>
        firstPages.GetAsync(CacheKeys.Grid(person, whole: grid == GridOf.Followers), () => table.PostsAsync(person, grid, IdRange.Newest(FirstPage), CancellationToken.None));

    private static RowPage<PostId> Cut(RowPage<PostId> first, int limit) =>
        new([.. first.Items.Take(limit)], first.More || first.Items.Count > limit);
}
