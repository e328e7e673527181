using System.Security.Cryptography;
using System.Text;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;

namespace Tintype.Storage.Tables.Search;

/// <content>
/// Writing: each method makes the directory say what its argument says, whatever it said before; counts move by the difference, in the
/// same transaction. Rows that several posts share (tags) are taken in alphabetical order, places last: no two writers wait in a circle.
/// </content>
public sealed partial class DirectoryTable
{
    // How fast a tag's use fades: after a day it weighs 1/e. "Of the day" in words.
    private static readonly TimeSpan Fading = TimeSpan.FromDays(1);

    private sealed record PostRow
    {
        public long? PlaceId { get; init; }
        public string Words { get; init; } = "";
    }

    private sealed record TagRow
    {
        public long Posts { get; init; }
        public double Heat { get; init; }
    }

    public Task PutPersonAsync(ListedPerson person, CancellationToken cancel = default) =>
        router.WriteAsync(Home, async session =>
        {
            var words = FoldedWords.Padded(person.Words);
            await session.ExecuteAsync(
                """
                INSERT INTO $directory_people (account_id, username, words, followers) VALUES (@AccountId, @Username, @words, @Followers)
                ON CONFLICT (account_id) DO UPDATE SET username = @Username, words = @words, followers = @Followers
                """, new { person.AccountId, person.Username, words, person.Followers });
            await WordMatch.PutAsync(session, "directory_people_words", person.AccountId.Value, words);
        }, cancel);

    public Task RemovePersonAsync(AccountId person, CancellationToken cancel = default) =>
        router.WriteAsync(Home, async session =>
        {
            await session.ExecuteAsync("DELETE FROM $directory_people WHERE account_id = @person", new { person });
            await WordMatch.PutAsync(session, "directory_people_words", person.Value, null);
        }, cancel);

    /// <summary>Moves a listed person to another place among the popular. Only a change of a twentieth is written: everybody's follows would meet on this shard.</summary>
    public async Task RankPersonAsync(AccountId person, long followers, CancellationToken cancel = default)
    {
        var listed = await router.ReadAsync(Home, session => session.ScalarAsync<long?>(
            "SELECT followers FROM $directory_people WHERE account_id = @person", new { person }), cancel: cancel);
        if (listed is { } before && Math.Abs(followers - before) * 20 > before)
        {
            await router.WriteAsync(Home, session => session.ExecuteAsync(
                "UPDATE $directory_people SET followers = @followers WHERE account_id = @person", new { person, followers }), cancel);
        }
    }

    /// <summary>Gives a listed post another score. Only a change worth a quarter of an hour is written, for the same reason.</summary>
    public async Task ScoreAsync(PostId post, double score, CancellationToken cancel = default)
    {
        const double worthWriting = 0.02;
        var listed = await router.ReadAsync(Home, session => session.ScalarAsync<double?>(
            "SELECT score FROM $directory_posts WHERE post_id = @post", new { post }), cancel: cancel);
        if (listed is { } before && Math.Abs(score - before) > worthWriting)
        {
            await router.WriteAsync(Home, session => session.ExecuteAsync(
                "UPDATE $directory_posts SET score = @score WHERE post_id = @post", new { post, score }), cancel);
        }
    }

    public Task PutPostAsync(ListedPost post, CancellationToken cancel = default) =>
        router.WriteAsync(Home, async session =>
        {
            // Locks the row for the rest of the transaction, and says what stood there.
            var before = (await session.FirstOrDefaultAsync<PostRow>(
                """
                INSERT INTO $directory_posts (post_id, account_id, place_id, words, score) VALUES (@PostId, @AccountId, NULL, '', @Score)
                ON CONFLICT (post_id) DO UPDATE SET score = @Score RETURNING place_id, words
                """, new { post.PostId, post.AccountId, post.Score }))!;
            var words = string.Join(' ', post.Words);
            var placeId = post.Place is { } place ? PlaceId(place.Key) : (long?)null;
            await session.ExecuteAsync("UPDATE $directory_posts SET words = @words, place_id = @placeId WHERE post_id = @PostId", new { post.PostId, words, placeId });
            if (words != before.Words)
            {
                await WordMatch.PutAsync(session, "directory_post_words", post.PostId.Value, words);
            }
            await TagAsync(session, post.PostId, post.Tags);
            if (placeId != before.PlaceId)
            {
                await LeavePlaceAsync(session, before.PlaceId);
                await EnterPlaceAsync(session, post.Place);
            }
        }, cancel);

    public Task RemovePostAsync(PostId post, CancellationToken cancel = default) =>
        router.WriteAsync(Home, async session =>
        {
            if (await session.FirstOrDefaultAsync<PostRow>("DELETE FROM $directory_posts WHERE post_id = @post RETURNING place_id, words", new { post }) is { } before)
            {
                await WordMatch.PutAsync(session, "directory_post_words", post.Value, null);
                await TagAsync(session, post, []);
                await LeavePlaceAsync(session, before.PlaceId);
            }
        }, cancel);

    /// <summary>The listed posts of a person, newest first.</summary>
    public async Task<RowPage<PostId>> PostsOfAsync(AccountId author, IdRange page, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(Home, session => session.QueryAsync<PostId>(
            $"SELECT post_id FROM $directory_posts WHERE account_id = @author AND post_id > @Above AND post_id < @Below ORDER BY post_id {page.Direction} LIMIT @Take",
            new { author, page.Above, page.Below, page.Take }), cancel: cancel));

    private static async Task TagAsync(ShardSession session, PostId post, IReadOnlyList<string> tags)
    {
        var before = await session.QueryAsync<string>("SELECT tag FROM $directory_tagged WHERE post_id = @post", new { post });
        foreach (var tag in before.Concat(tags).Distinct().Order(StringComparer.Ordinal))
        {
            if (!before.Contains(tag))
            {
                await session.ExecuteAsync("INSERT INTO $directory_tagged (tag, post_id) VALUES (@tag, @post)", new { tag, post });
                await WarmAsync(session, tag, 1, HeatAt(post));
            }
            else if (!tags.Contains(tag))
            {
                await session.ExecuteAsync("DELETE FROM $directory_tagged WHERE tag = @tag AND post_id = @post", new { tag, post });
                await session.ExecuteAsync("UPDATE $directory_tags SET posts = posts - 1 WHERE tag = @tag", new { tag });
            }
        }
    }

    /// <summary>Of one use.</summary>
    private static double HeatAt(PostId post) => (post.Time - IdLayout.Epoch) / Fading;

    /// <summary>ln(e^one + e^other), in a form that does not overflow.</summary>
    private static double HeatOfBoth(double one, double other) => Math.Max(one, other) + Math.Log(1 + Math.Exp(-Math.Abs(one - other)));

    /// <summary>Counts uses.</summary>
    private static async Task WarmAsync(ShardSession session, string tag, int uses, double heat)
    {
        var row = (await session.FirstOrDefaultAsync<TagRow>(
            "INSERT INTO $directory_tags (tag, posts, heat) VALUES (@tag, 0, 0) ON CONFLICT (tag) DO UPDATE SET posts = directory_tags.posts RETURNING posts, heat", new { tag }))!;
        await session.ExecuteAsync("UPDATE $directory_tags SET posts = posts + @uses, heat = @heat WHERE tag = @tag", new { tag, uses, heat = HeatOfBoth(row.Heat, heat) });
    }

    private static async Task EnterPlaceAsync(ShardSession session, ListedPlace? place, int posts = 1)
    {
        if (place is null)
        {
            return;
        }
        var id = PlaceId(place.Key);
        var words = FoldedWords.Padded(FoldedWords.Of($"{place.Name} {place.Country}"));
        await session.ExecuteAsync(
            """
            INSERT INTO $directory_places (id, place_key, name_key, name, country, words, posts) VALUES (@id, @Key, @NameKey, @Name, @Country, @words, @posts)
            ON CONFLICT (id) DO UPDATE SET posts = directory_places.posts + @posts
            """, new { id, place.Key, place.NameKey, place.Name, place.Country, words, posts });
        await WordMatch.PutAsync(session, "directory_place_words", id, words);
    }

    private static Task LeavePlaceAsync(ShardSession session, long? id) => id is null
        ? Task.CompletedTask
        : session.ExecuteAsync("UPDATE $directory_places SET posts = posts - 1 WHERE id = @id", new { id });

    /// <summary>A number for a place, since the word index needs one: 63 bits of its key's SHA-256.</summary>
    private static long PlaceId(string key) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(key))) & long.MaxValue;
}
