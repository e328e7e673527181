using Tintype.Cards;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables.Search;

namespace Tintype.Friends;

/// <summary>
/// Finds people, tags, places and photos. What it finds does not depend on who asks, so it is kept for all who ask the same; what a
/// viewer may not see is left out afterwards. Each search is one or two statements on one shard.
/// </summary>
internal sealed class DirectorySearch(DirectoryTable directory, People people, Settings settings, CacheLevels levels)
{
    public const int MaxQuery = 100;

    // Of each kind: more than any page shows, few enough to judge one by one.
    private const int Candidates = 100;

    private readonly NamedCache<IReadOnlyList<AccountId>> foundPeople = new(CachePolicies.SearchPeople, levels, CacheForms.Accounts);
    private readonly NamedCache<IReadOnlyList<TagHit>> foundTags = new(CachePolicies.SearchTags, levels, CacheForms.Tags);
    private readonly NamedCache<IReadOnlyList<PlaceHit>> foundPlaces = new(CachePolicies.SearchPlaces, levels, CacheForms.Places);
    private readonly NamedCache<RowPage<PostId>> foundPosts = new(CachePolicies.SearchPhotos, levels, CacheForms.PageOfPosts);

    /// <summary>People by likeness, then by followers. Whoever has exactly this username comes first, listed or not: the name is an address.</summary>
    public async Task<IReadOnlyList<AccountId>> PeopleAsync(string query, CancellationToken cancel = default)
    {
        var words = Words(query);
        var found = words.Count == 0 ? [] : await foundPeople.GetAsync(Key(words), async () =>
            (await directory.FindPeopleAsync(words, alike: true, Candidates, CancellationToken.None))
                .Select(hit => (Hit: hit, Likeness: NameLikeness.Of(words, string.Concat(FoldedWords.Of(hit.Username)), hit.Words)))
                .Where(one => one.Likeness is not null)
                .OrderBy(one => one.Likeness).ThenByDescending(one => one.Hit.Followers).ThenByDescending(one => one.Hit.AccountId)
                .Select(one => one.Hit.AccountId).ToList());
        return Username(query) is { } name && await people.FindAsync(name, cancel) is { IsVisible: true } exact
            ? [exact.Id, .. found.Where(id => id != exact.Id)]
            : found;
    }

    public async Task<IReadOnlyList<TagHit>> TagsAsync(string query, CancellationToken cancel = default)
    {
        var prefix = CaptionText.Tag(query.Trim());
        return prefix.Length == 0 ? [] : await foundTags.GetAsync(CacheKeys.Search(prefix, ""), () => directory.FindTagsAsync(prefix, Candidates, CancellationToken.None));
    }

    public async Task<IReadOnlyList<PlaceHit>> PlacesAsync(string query, CancellationToken cancel = default)
    {
        var words = Words(query);
        return words.Count == 0 ? [] : await foundPlaces.GetAsync(Key(words), async () =>
            (await directory.FindPlacesAsync(words, alike: true, Candidates, CancellationToken.None))
                .Where(hit => hit.Posts > 0)
                .Select(hit => (Hit: hit, Likeness: NameLikeness.Of(words, string.Concat(FoldedWords.Of(hit.Name)), hit.Words)))
                .Where(one => one.Likeness is not null)
                .OrderBy(one => one.Likeness).ThenByDescending(one => one.Hit.Posts)
                .Select(one => one.Hit).ToList());
    }

    /// <summary>Public photos whose caption, place or description has all the words, newest first.</summary>
    public async Task<RowPage<PostId>> PhotosAsync(string query, IdRange page, CancellationToken cancel = default)
    {
        var words = Words(query);
        return words.Count == 0
            ? new([], false)
            : await foundPosts.GetAsync(Key(words, $"{page.Above}-{page.Below}-{page.Limit}-{page.Upwards}"), () => directory.FindPostsAsync(words, page, CancellationToken.None));
    }

    /// <summary>What was typed, as far as it can be a username of this instance: anna, @anna, @anna@this.host, or the address of her page.</summary>
    public string? Username(string query)
    {
        var text = query.Trim();
        var home = $"{settings.PublicUrl}/@";
        var name = text.StartsWith(home, StringComparison.OrdinalIgnoreCase) ? text[home.Length..].Split('/', '?')[0] : text.TrimStart('@');
        var host = name.Split('@') is [_, var after] ? after : null;
        name = name.Split('@')[0];
        return name.Length is > 0 and <= 30 && (host is null || host.Equals(new Uri(settings.PublicUrl).Authority, StringComparison.OrdinalIgnoreCase))
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.') ? name : null;
    }

    private static List<string> Words(string query) =>
        [.. FoldedWords.Of(query.Length > MaxQuery ? query[..MaxQuery] : query).Distinct().Take(FoldedWords.MaxInQuery)];

    private static string Key(IReadOnlyList<string> words, string page = "") => CacheKeys.Search(string.Join(' ', words), page);
}
