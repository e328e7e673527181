using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Search;

namespace Tintype.Friends;

/// <summary>
/// The owner of who and what is listed in the directory, and what keeps it true. People: active and willing to be found. Posts: live,
/// public, with photos, by listed people whose account is not private.
/// </summary>
/// <remarks>
/// Jobs run late, twice, at once and in any order, so none carries what to write: each reads the truth, writes what follows from it, and
/// reads again. If the truth moved meanwhile, it starts over. Of any number of writers the last to write has thus seen, after its
/// writing, a truth that its writing agrees with.
/// </remarks>
internal sealed class DirectoryListing(PostTable posts, MediaTable media, AccountTable accounts, CountTable counts, DirectoryTable directory)
{
    private const int Batch = 500;

    /// <summary>All of a post and its author on which its listing depends.</summary>
    private sealed record PostTruth(bool Listed, AccountId Author, string Caption, Place? Place, bool Sensitive, DateTimeOffset? EditedAt);

    private sealed record PersonTruth(bool Listed, bool PostsListed, string Username, string DisplayName);

    public async Task ListPostAsync(PostId id, CancellationToken cancel)
    {
        while (true)
        {
            var (truth, post) = await TruthAsync(id, cancel);
            await (truth.Listed ? directory.PutPostAsync(await ListingAsync(post!, cancel), cancel) : directory.RemovePostAsync(id, cancel));
            if ((await TruthAsync(id, cancel)).Truth == truth)
            {
                return;
            }
        }
    }

    public async Task ListPersonAsync(AccountId id, CancellationToken cancel)
    {
        PersonTruth truth;
        do
        {
            truth = await TruthAsync(id, cancel);
            await (truth.Listed ? directory.PutPersonAsync(await ListingAsync(id, truth, cancel), cancel) : directory.RemovePersonAsync(id, cancel));
        }
        while (await TruthAsync(id, cancel) != truth);
        await ListPostsOfAsync(id, truth.PostsListed, cancel);
    }

    /// <summary>Puts a listed person among the popular where their followers say.</summary>
    public async Task RankPersonAsync(AccountId id, CancellationToken cancel) =>
        await directory.RankPersonAsync(id, (await counts.GetAsync([id], cancel))[id].Followers, cancel);

    /// <summary>Puts a listed post where its likes and comments say.</summary>
    public async Task RankPostAsync(PostId id, CancellationToken cancel)
    {
        if (await posts.FindAsync(id, cancel) is { IsComment: false, State: PostState.Live } post)
        {
            await directory.ScoreAsync(id, ScoreOf(post), cancel);
        }
    }

    /// <summary>
    /// Ten times the likes weigh as much as twelve and a half hours of age (Reddit's "hot" ranking, whose constant this is). Never above 0
    /// for what is marked as sensitive: it is found by those who look for it, and not shown to everybody.
    /// </summary>
    internal static double ScoreOf(Post post) => post.Sensitive
        ? 0
        : Math.Log10(1 + post.Likes + 2 * post.Comments) + (post.CreatedAt - IdLayout.Epoch).TotalSeconds / 45_000;

    /// <summary>Lists what should be and is not, and the other way round: nothing to do unless the account was opened, closed or gone.</summary>
    private async Task ListPostsOfAsync(AccountId author, bool listed, CancellationToken cancel)
    {
        var due = listed ? await AllAsync(page => posts.PublicOfAsync(author, page, cancel)) : [];
        due.SymmetricExceptWith(await AllAsync(page => directory.PostsOfAsync(author, page, cancel)));
        foreach (var id in due)
        {
            await ListPostAsync(id, cancel);
        }
    }

    private static async Task<HashSet<PostId>> AllAsync(Func<IdRange, Task<RowPage<PostId>>> read)
    {
        var all = new HashSet<PostId>();
        for (var page = await read(IdRange.Newest(Batch)); ; page = await read(IdRange.Newest(Batch, page.Items[^1].Value)))
        {
            all.UnionWith(page.Items);
            if (!page.More)
            {
                return all;
            }
        }
    }

    private async Task<(PostTruth Truth, Post? Post)> TruthAsync(PostId id, CancellationToken cancel)
    {
        var post = await posts.FindAsync(id, cancel);
        var author = post is null ? null : await accounts.FindAsync(post.AccountId, cancel);
        var listed = post is { IsComment: false, State: PostState.Live, Visibility: Visibility.Public }
            && author is { State: AccountState.Active, IsPrivate: false, IsDiscoverable: true };
        return (new PostTruth(listed, post?.AccountId ?? default, post?.Caption ?? "", post?.Place, post?.Sensitive ?? false, post?.EditedAt), post);
    }

    private async Task<PersonTruth> TruthAsync(AccountId id, CancellationToken cancel)
    {
        var account = await accounts.FindAsync(id, cancel);
        var listed = account is { State: AccountState.Active, IsDiscoverable: true };
        return new PersonTruth(listed, listed && !account!.IsPrivate, account?.Username ?? "", account?.DisplayName ?? "");
    }

    private async Task<ListedPost> ListingAsync(Post post, CancellationToken cancel) =>
        ListingOf(post, (await media.OfPostsAsync([post.Id], cancel: cancel)).Select(photo => photo.Description));

    /// <summary>What is said of a post that is listed.</summary>
    /// <param name="descriptions">Of its photos.</param>
    internal static ListedPost ListingOf(Post post, IEnumerable<string?> descriptions)
    {
        var words = FoldedWords.Of(string.Join('\n', [post.Caption, post.Place?.Name, post.Place?.Country, .. descriptions]));
        var place = post.Place is { } at && CaptionText.PlaceKey(at) is { Length: > 0 } key
            ? new ListedPlace(key, CaptionText.PlaceKey(at with { Country = null }), at.Name, at.Country)
            : null;
        return new ListedPost(post.Id, post.AccountId, [.. words.Distinct()], CaptionText.Tags(post.Caption), place, ScoreOf(post));
    }

    private async Task<ListedPerson> ListingAsync(AccountId id, PersonTruth truth, CancellationToken cancel) =>
        ListingOf(id, truth.Username, truth.DisplayName, (await counts.GetAsync([id], cancel))[id].Followers);

    /// <summary>What is said of a person who is listed.</summary>
    internal static ListedPerson ListingOf(AccountId id, string username, string displayName, long followers)
    {
        var words = FoldedWords.Of(username);
        // "anna.smith" is found by anna, by smith and by annasmith.
        return new ListedPerson(id, username, [string.Concat(words), .. words, .. FoldedWords.Of(displayName)], followers);
    }
}
