using Tintype.Storage.Dialects;
using Tintype.Storage.Model;

namespace Tintype.Storage.Tables.Search;

/// <content>Many at once, none of whom the directory knows yet: rows as the methods for one write them, tags and places counted once for each chunk.</content>
public sealed partial class DirectoryTable
{
    // Rows of one transaction; their words are most of the work.
    private const int Chunk = 20_000;

    /// <param name="people">By ascending id.</param>
    public async Task LoadPeopleAsync(IEnumerable<ListedPerson> people, Action<int>? progress = null, CancellationToken cancel = default)
    {
        foreach (var chunk in people.Chunk(Chunk))
        {
            var ids = chunk.Select(person => person.AccountId).Values();
            string[] words = [.. chunk.Select(person => FoldedWords.Padded(person.Words))];
            await router.WriteAsync(Home, async session =>
            {
                await session.AddRowsAsync("directory_people", new RowBlock(chunk.Length)
                    .With("account_id", ids)
                    .With("username", [.. chunk.Select(person => person.Username)])
                    .With("words", words)
                    .With("followers", [.. chunk.Select(person => person.Followers)]));
                await WordMatch.LoadAsync(session, "directory_people_words", ids, words);
            }, cancel);
            progress?.Invoke(chunk.Length);
        }
    }

    /// <param name="posts">By ascending id.</param>
    public async Task LoadPostsAsync(IEnumerable<ListedPost> posts, Action<int>? progress = null, CancellationToken cancel = default)
    {
        foreach (var chunk in posts.Chunk(Chunk))
        {
            await router.WriteAsync(Home, session => LoadAsync(session, chunk), cancel);
            progress?.Invoke(chunk.Length);
        }
    }

    private static async Task LoadAsync(ShardSession session, ListedPost[] posts)
    {
        var ids = posts.Select(post => post.PostId).Values();
        string[] words = [.. posts.Select(post => string.Join(' ', post.Words))];
        await session.AddRowsAsync("directory_posts", new RowBlock(posts.Length)
            .With("post_id", ids)
            .With("account_id", posts.Select(post => post.AccountId).Values())
            .With("words", words)
            .WithSame("score", 0.0));
        await WordMatch.LoadAsync(session, "directory_post_words", ids, words);
        // Scores are reals and places may be missing: few enough to be set one by one.
        await session.ExecuteAsync("UPDATE $directory_posts SET score = @Score, place_id = @placeId WHERE post_id = @PostId",
            posts.Select(post => new { post.Score, placeId = post.Place is { } place ? PlaceId(place.Key) : (long?)null, post.PostId }).ToList());
        var tagged = posts.SelectMany(post => post.Tags.Select(tag => (Tag: tag, Post: post.PostId))).OrderBy(pair => pair.Tag, StringComparer.Ordinal).ToArray();
        await session.AddRowsAsync("directory_tagged", new RowBlock(tagged.Length).With("tag", [.. tagged.Select(pair => pair.Tag)]).With("post_id", tagged.Select(pair => pair.Post).Values()));
        foreach (var tag in tagged.GroupBy(pair => pair.Tag))
        {
            await WarmAsync(session, tag.Key, tag.Count(), tag.Select(pair => HeatAt(pair.Post)).Aggregate(HeatOfBoth));
        }
        foreach (var place in posts.Select(post => post.Place).OfType<ListedPlace>().GroupBy(place => place.Key).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            await EnterPlaceAsync(session, place.First(), place.Count());
        }
    }
}
