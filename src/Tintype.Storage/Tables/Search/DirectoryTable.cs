using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Search;

/// <summary>
/// The directory: people, public posts, tags and places as search, tag pages, explore and the public timeline read them. It is a
/// view of other shards' rows, kept by jobs on social shard 0, so that a search costs the same few queries however many shards there are.
/// </summary>
public sealed partial class DirectoryTable(ShardRouter router)
{
    private static readonly Shard Home = new(Cluster.Social, 0);

    private const string PersonColumns = "account_id, username, words, followers";
    private const string PlaceColumns = "place_key, name, country, words, posts";

    /// <summary>
    /// People of whose names each word begins one, the most followed first; then, when <paramref name="alike"/>, people whose names are
    /// spelled alike, the likest first. At most <paramref name="limit"/> of each.
    /// </summary>
    public Task<IReadOnlyList<PersonHit>> FindPeopleAsync(IReadOnlyList<string> words, bool alike, int limit, CancellationToken cancel = default) =>
        FindNamesAsync<PersonHit>(words, alike, limit, PersonColumns, "directory_people", "directory_people_words", "account_id", "followers", cancel);

    /// <summary>Places likewise, those with the most posts first.</summary>
    public Task<IReadOnlyList<PlaceHit>> FindPlacesAsync(IReadOnlyList<string> words, bool alike, int limit, CancellationToken cancel = default) =>
        FindNamesAsync<PlaceHit>(words, alike, limit, PlaceColumns, "directory_places", "directory_place_words", "id", "posts", cancel);

    /// <summary>Tags that begin so, the most used first.</summary>
    public Task<IReadOnlyList<TagHit>> FindTagsAsync(string prefix, int limit, CancellationToken cancel = default) =>
        router.ReadAsync(Home, session => session.QueryAsync<TagHit>(
            "SELECT tag, posts FROM $directory_tags WHERE tag >= @prefix AND tag < @end AND posts > 0 ORDER BY posts DESC, tag LIMIT @limit",
            new { prefix, end = prefix + "\U0010FFFF", limit }), Freshness.Any, cancel);

    /// <summary>Public posts with all these words in caption, place or descriptions; the last word may be only begun.</summary>
    public async Task<RowPage<PostId>> FindPostsAsync(IReadOnlyList<string> words, IdRange page, CancellationToken cancel = default) =>
        words.Count == 0 ? new([], false) : page.PageOf(await router.ReadAsync(Home, session => session.QueryAsync<PostId>(
            WordMatch.Posts(session.Dialect, page.Direction), new { match = WordMatch.Posts(session.Dialect, words), page.Above, page.Below, page.Take }), Freshness.Any, cancel));

    /// <summary>All public posts.</summary>
    public async Task<RowPage<PostId>> PostsAsync(IdRange page, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(Home, session => session.QueryAsync<PostId>(
            $"SELECT post_id FROM $directory_posts WHERE post_id > @Above AND post_id < @Below ORDER BY post_id {page.Direction} LIMIT @Take",
            new { page.Above, page.Below, page.Take }), Freshness.Any, cancel));

    public async Task<RowPage<PostId>> PostsOfTagAsync(string tag, IdRange page, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(Home, session => session.QueryAsync<PostId>(
            $"SELECT post_id FROM $directory_tagged WHERE tag = @tag AND post_id > @Above AND post_id < @Below ORDER BY post_id {page.Direction} LIMIT @Take",
            new { tag, page.Above, page.Below, page.Take }), Freshness.Any, cancel));

    /// <summary>Posts of a place, or of all places of one name when the key has no country.</summary>
    public async Task<RowPage<PostId>> PostsOfPlaceAsync(string key, IdRange page, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(Home, session => session.QueryAsync<PostId>(
            $"""
            SELECT post_id FROM $directory_posts WHERE post_id > @Above AND post_id < @Below
              AND place_id IN (SELECT id FROM $directory_places WHERE place_key = @key OR name_key = @key)
            ORDER BY post_id {page.Direction} LIMIT @Take
            """, new { key, page.Above, page.Below, page.Take }), Freshness.Any, cancel));

    /// <summary>The highest scores first; a score of 0 keeps a post out.</summary>
    public Task<IReadOnlyList<PostId>> TopPostsAsync(int limit, int offset, CancellationToken cancel = default) =>
        router.ReadAsync(Home, session => session.QueryAsync<PostId>(
            "SELECT post_id FROM $directory_posts WHERE score > 0 ORDER BY score DESC, post_id DESC LIMIT @limit OFFSET @offset", new { limit, offset }), Freshness.Any, cancel);

    /// <summary>The most followed first.</summary>
    public Task<IReadOnlyList<PersonHit>> TopPeopleAsync(int limit, CancellationToken cancel = default) =>
        router.ReadAsync(Home, session => session.QueryAsync<PersonHit>(
            $"SELECT {PersonColumns} FROM $directory_people ORDER BY followers DESC, account_id DESC LIMIT @limit", new { limit }), Freshness.Any, cancel);

    /// <summary>The most used of late first.</summary>
    public Task<IReadOnlyList<TagHit>> TopTagsAsync(int limit, CancellationToken cancel = default) =>
        router.ReadAsync(Home, session => session.QueryAsync<TagHit>(
            "SELECT tag, posts FROM $directory_tags WHERE posts > 0 ORDER BY heat DESC, tag LIMIT @limit", new { limit }), Freshness.Any, cancel);

    public async Task<long> CountOfTagAsync(string tag, CancellationToken cancel = default) =>
        await router.ReadAsync(Home, session => session.ScalarAsync<long?>("SELECT posts FROM $directory_tags WHERE tag = @tag", new { tag }), Freshness.Any, cancel) ?? 0;

    /// <summary>The places of that key, or of that name in several countries; the one with the most posts first.</summary>
    public Task<IReadOnlyList<PlaceHit>> PlacesAsync(string key, CancellationToken cancel = default) =>
        router.ReadAsync(Home, session => session.QueryAsync<PlaceHit>(
            $"SELECT {PlaceColumns} FROM $directory_places WHERE (place_key = @key OR name_key = @key) AND posts > 0 ORDER BY posts DESC LIMIT 20", new { key }), Freshness.Any, cancel);

    private Task<IReadOnlyList<T>> FindNamesAsync<T>(
        IReadOnlyList<string> words, bool alike, int limit, string columns, string table, string wordTable, string key, string rank, CancellationToken cancel) =>
        words.Count == 0 ? Task.FromResult<IReadOnlyList<T>>([]) : router.ReadAsync(Home, async session =>
        {
            var args = new Dictionary<string, object>(WordMatch.Prefixes(session.Dialect, words)) { ["limit"] = limit };
            var begun = await session.QueryAsync<T>(
                $"SELECT {columns} FROM ${table} WHERE {WordMatch.AllBegin(session.Dialect, wordTable, key, words.Count)} ORDER BY {rank} DESC, {key} DESC LIMIT @limit", args);
            if (!alike || begun.Count >= limit)
            {
                return begun;
            }
            await WordMatch.LoosenAsync(session);
            var likest = await session.QueryAsync<T>(
                WordMatch.Alike(session.Dialect, columns, table, wordTable, key), new { alike = WordMatch.Alike(session.Dialect, words), limit });
            return [.. begun, .. likest.Except(begun)];
        }, Freshness.Any, cancel);
}
