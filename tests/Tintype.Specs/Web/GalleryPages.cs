using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Tintype.Storage.Model;
using Tintype.Web;
using Tintype.Web.Screens;
using Tintype.Web.Views;
using FollowState = Tintype.Web.Views.FollowState;

namespace Tintype.Specs.Web;

/// <summary>The pages of the <see cref="Gallery"/>: each state a page can be in that looks different.</summary>
internal static class GalleryPages
{
    public static readonly DateTimeOffset Now = new(2026, 5, 17, 18, 30, 0, TimeSpan.Zero);
    public static readonly ViewerView Viewer = new(Person(1, "maren", "Maren Holt"), 3, IsOwner: true);

    private static readonly PersonView[] People =
    [
        Person(2, "jonas.w", "Jonas Weber"), Person(3, "amara", "Amara Okafor"), Person(4, "lucia_f", "Lucía Fernández"), Person(5, "kenji", "Kenji Tanaka", isPrivate: true),
        Person(6, "noor", "Noor Haddad"), Person(7, "tomasz", "Tomasz Zieliński"),
    ];

    private static readonly string[] Captions =
    [
        "First light over the ridge. We had the whole valley to ourselves for exactly eleven minutes. #dawn #mountains",
        "Blue hour, no filter, cold fingers.",
        "There is a bend in the coast road where everyone stops talking. I have driven it a hundred times and still pull over, every single time, to look at what the weather is doing to the water today. #coast",
        "Market day with @noor",
        "",
    ];

    private static readonly string[] Hashes = ["LEHV6nWB2yk8pyo0adR*.7kCMdnj", "LGF5]+Yk^6#M@-5c,1J5@[or[Q6.", "L6PZfSi_.AyE_3t7t7R**0o#DgR4", "LKO2?U%2Tw=w]~RBVZRi};RPxuwH"];

    public static readonly IReadOnlyDictionary<string, Func<PageContext, IResult>> All = new Dictionary<string, Func<PageContext, IResult>>
    {
        ["landing"] = Page<LandingPage>(new LandingView(Tiles(21), SignUpOpen: true)),
        ["landing-empty"] = Page<LandingPage>(new LandingView([], SignUpOpen: true)),
        ["signup"] = Page<SignUpPage>(new SignUpView("", "", "", "", null, IsFirst: true, FormErrors.None)),
        ["signup-error"] = Page<SignUpPage>(new SignUpView("maren", "maren@example", "Maren Holt", "1991", null, IsFirst: false, new FormErrors(new Dictionary<string, string>
        {
            ["username"] = "Somebody has this name already. How about maren.holt?", ["password"] = "This password is on lists of stolen ones. Please take another.",
        }))),
        ["login"] = Page<LogInPage>(new LogInView("", null, FormErrors.None)),
        ["login-error"] = Page<LogInPage>(new LogInView("maren", null, FormErrors.Of("", "The name or the password is not right."))),
        ["restore"] = Page<RestorePage>(new RestoreView("maren", Now.AddDays(21))),
        ["authorize"] = Page<AuthorizePage>(new AuthorizeView("Phanpy", "https://phanpy.social", "phanpy.social", ["See your photos and your feed", "Post photos and comments", "Follow people"], new Dictionary<string, string>())),
        ["authorize-code"] = Page<AuthorizeCodePage>(new AuthorizeCodeView("toot", "uN3kq9x-0s7TzLw2Vb84PdQm")),
        ["home"] = Page<HomePage>(new HomeView(new(Posts(5), "/show/home-older?max_id=1"), new PostId(100), SideOf(4), [])),
        ["home-older"] = Page<HomePage>(new HomeView(new(Posts(5, from: 5), null), new PostId(100), SideOf(4), [])),
        ["home-notice"] = Page<HomePage>(new HomeView(new(Posts(2), null), new PostId(100), SideOf(4), [])),
        ["home-first-visit"] = Page<HomePage>(new HomeView(new([], null), null, SideOf(4), Tiles(9))),
        ["home-own-states"] = Page<HomePage>(new HomeView(new([Own(PhotoState.Processing, 60), Own(PhotoState.Failed, 61)], null), new PostId(100), SideOf(3), [])),
        ["new"] = Page<NewPostPage>(new NewPostView(Limits, "", "", FormErrors.None)),
        ["new-error"] = Page<NewPostPage>(new NewPostView(Limits, "A caption that is kept", "Lofoten", FormErrors.Of("photos", "sunset.heic is 61 MB; a photo may have up to 41 MB."))),
        ["edit"] = Page<EditPostPage>(new EditPostView(Post(1), Limits, Captions[0], "Lofoten", FormErrors.None)),
        ["photo"] = Page<PhotoPage>(PhotoOf(Post(0), Comments)),
        ["photo-tall"] = Page<PhotoPage>(PhotoOf(Post(1), Comments)),
        ["photo-quiet"] = Page<PhotoPage>(PhotoOf(Post(3), [])),
        ["photo-stranger"] = Page<PhotoPage>(PhotoOf(Post(2), Comments)),
        ["profile-own"] = Page<ProfilePage>(Profile(Viewer.Person, FollowState.Self, Tiles(12), requests: 2)),
        ["profile-own-empty"] = Page<ProfilePage>(Profile(Viewer.Person, FollowState.Self, [])),
        ["profile"] = Page<ProfilePage>(Profile(People[1], FollowState.None, Tiles(12))),
        ["profile-following"] = Page<ProfilePage>(Profile(People[2], FollowState.Following, Tiles(3))),
        ["profile-private"] = Page<ProfilePage>(Profile(People[3], FollowState.None, []) with { Access = ProfileAccess.Private }),
        ["profile-blocked"] = Page<ProfilePage>(Profile(People[4], FollowState.Blocked, []) with { Access = ProfileAccess.BlockedByMe }),
        ["followers"] = Page<PeopleListPage>(new PeopleListView(PeopleList.Followers, People[1], People[1].Url, new([.. Rows(6)], "/show/followers"))),
        ["requests"] = Page<PeopleListPage>(new PeopleListView(PeopleList.Requests, null, "/activity", new([.. Rows(2)], null))),
        ["requests-none"] = Page<PeopleListPage>(new PeopleListView(PeopleList.Requests, null, "/activity", new([], null))),
        ["explore"] = Page<ExplorePage>(new ExploreView(new(Tiles(20), "/show/explore"), [.. Rows(6)], Tags)),
        ["explore-empty"] = Page<ExplorePage>(new ExploreView(new([], null), [], [])),
        ["topic"] = Page<TopicPage>(new TopicView("#dusk", IsPlace: false, 1204, new(Tiles(12), null))),
        ["topic-none"] = Page<TopicPage>(new TopicView("Lofoten, Norway", IsPlace: true, 0, new([], null))),
        ["search"] = Page<SearchPage>(new SearchView("", SearchTab.All, [.. Rows(4)], Tags, [], new([], null))),
        ["search-results"] = Page<SearchPage>(new SearchView("lo", SearchTab.All, [.. Rows(3)], [.. Tags.Take(2)], [new(new("Lofoten", "Norway"), 218), new(new("London", null), 1), new(new("Lodz", "Poland"), 14)], new(Tiles(8), null))),
        ["search-none"] = Page<SearchPage>(new SearchView("qzxv", SearchTab.All, [], [], [], new([], null))),
        ["activity"] = Page<ActivityPage>(new ActivityView(new(Activity, null), 2, SideOf(4))),
        ["activity-none"] = Page<ActivityPage>(new ActivityView(new([], null), 0, SideOf(2))),
        ["bookmarks"] = Page<BookmarksPage>(new BookmarksView(new(Tiles(5), null))),
        ["bookmarks-none"] = Page<BookmarksPage>(new BookmarksView(new([], null))),
        ["settings"] = Page<ProfileSettingsPage>(new ProfileSettingsView("Maren Holt", "Fog, ferries and the occasional dog.", "https://maren.example", Viewer.Person.AvatarUrl, FormErrors.None)),
        ["settings-account"] = Page<AccountSettingsPage>(new AccountSettingsView("maren", "maren@example.org", FormErrors.Of("currentPassword", "That is not your password."))),
        ["settings-privacy"] = Page<PrivacySettingsPage>(new PrivacySettingsView(IsPrivate: true, 2)),
        ["settings-sessions"] = Page<SessionsPage>(new SessionsView(
            [new("1", "Firefox on Linux", "203.0.113.4", Now, true), new("2", "Safari on iPhone", "198.51.100.7", Now.AddHours(-5), false)],
            [new("9", "Phanpy", ["See your photos", "Post photos"], Now.AddDays(-40))])),
        ["settings-delete"] = Page<DeleteAccountPage>(new DeleteAccountView(30, FormErrors.None)),
        ["error-404"] = Page<ErrorPage>(new ErrorView(404, "Nothing hangs here", "The page was deleted or moved, or only some people may see it.", null)),
        ["error-500"] = Page<ErrorPage>(new ErrorView(500, "Something broke on our side", "Your photos and everything you saved are safe. Try again in a moment.", "0HN7Q2:0001")),
        ["offline"] = Page<ErrorPage>(new ErrorView(0, "You are offline", "Tintype could not be reached. Nothing is lost; try again when there is a connection.", null)),
    };

    private static string[] Strangers => ["landing", "signup", "login", "restore", "photo-stranger", "error-500", "offline"];

    public static bool IsForStrangers(string name) => Strangers.Any(stranger => name == stranger || (name.StartsWith(stranger + "-", StringComparison.Ordinal) && stranger != "photo"));

    private static UploadLimitsView Limits => new(10, 40L << 20, 2200, 1500, "image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic");

    private static TagView[] Tags => [new("dawn", 1204), new("coast", 886), new("film", 512), new("streets", 340), new("winter", 221), new("portraits", 90), new("analog", 61), new("harbour", 1)];

    private static CommentView[] Comments =>
    [
        new(new(901), People[1], "The light on the left edge! How long did you wait for that?", Now.AddHours(-2), 4, true, false,
            [new(new(902), People[0], """<a href="/@amara">@amara</a> Eleven minutes and one thermos.""", Now.AddHours(-1), 1, false, false, []),]),
        new(new(903), People[4], "I know this bend. Stopping there next week.", Now.AddMinutes(-40), 0, false, false, []),
        new(new(904), Viewer.Person, "Beautiful, Jonas.", Now.AddMinutes(-3), 0, false, MayDelete: true, []),
    ];

    private static ActivityItemView[] Activity =>
    [
        new(new(800), ActivityKind.Like, People[1], 3, Now.AddMinutes(-4), true, Photo(2), "/@maren/2", null, FollowState.Following),
        new(new(799), ActivityKind.Comment, People[4], 0, Now.AddMinutes(-40), true, Photo(2), "/@maren/2", "I know this bend. Stopping there next week, if the weather allows it at all.", FollowState.Following),
        new(new(798), ActivityKind.Follow, People[5], 0, Now.AddHours(-3), true, null, null, null, FollowState.None),
        new(new(797), ActivityKind.FollowRequest, People[3], 0, Now.AddHours(-9), false, null, null, null, FollowState.None),
        new(new(796), ActivityKind.Mention, People[0], 0, Now.AddDays(-2), false, Photo(7), "/@jonas.w/7", "Market day with @maren", FollowState.Following),
        new(new(795), ActivityKind.Tag, People[2], 0, Now.AddDays(-3), false, Photo(9), "/@lucia_f/9", null, FollowState.Following),
        new(new(794), ActivityKind.Like, People[2], 0, Now.AddDays(-12), false, Photo(4), "/@maren/4", null, FollowState.Following),
    ];

    private static Func<PageContext, IResult> Page<TPage>(object view) where TPage : IComponent => page => Pages.Show<TPage>(page, view);

    private static PersonView Person(long id, string username, string name, bool isPrivate = false) => new(new AccountId(id), username, name, $"/avatars/letter/{username}.svg", isPrivate);

    private static PhotoView Photo(int number, PhotoState state = PhotoState.Live)
    {
        var (width, height) = Gallery.SizeOf(number);
        return new(new MediaId(1000 + number), state, state == PhotoState.Failed ? "The file ends in the middle of the picture." : null, width, height, Hashes[number % Hashes.Length],
            number % 2 == 0 ? "Snow-covered peaks above a sea of morning fog, the sun just touching the highest one." : null, 0, 0.3, $"/photo/{number}", "");
    }

    private static PostView Post(int number)
    {
        var photos = number % 3 == 1 ? new[] { Photo(number), Photo(number + 20), Photo(number + 40) } : [Photo(number)];
        var caption = Captions[number % Captions.Length];
        return new(new PostId(100 - number), People[number % 3], photos, caption.Replace("#dawn", "<a href=\"/tags/dawn\">#dawn</a>"), caption,
            number % 2 == 0 ? new PlaceView("Lofoten", "Norway") : null, number == 0 ? [People[4]] : [], Now.AddHours(-3 * number - 1), Now.AddDays(-4), PhotoState.Live,
            number == 4 ? 0 : 128 * (number + 1), number == 4 ? 0 : 12 + number, number == 0, number == 1, false) { LikedBy = number == 0 ? People[1] : null };
    }

    private static PostView Own(PhotoState state, int number) => Post(number) with { Author = Viewer.Person, IsOwn = true, State = state, Photos = [Photo(number, state)], Likes = 0, Comments = 0, CreatedAt = Now };

    private static PostView[] Posts(int count, int from = 0) => [.. Enumerable.Range(from, count).Select(Post)];

    private static TileView[] Tiles(int count) => [.. Enumerable.Range(0, count).Select(i => new TileView(new PostId(500 - i), $"/show/photo?{i}", Photo(i), i % 4 == 1 ? 3 : 1, 40 * i, i, PhotoState.Live))];

    private static IEnumerable<PersonRowView> Rows(int count) => People.Take(count).Select((person, i) => new PersonRowView(
        person, i switch { 1 => FollowState.Following, 3 => FollowState.Requested, _ => FollowState.None }, i == 4, i switch { 0 => "Followed by amara and 2 others", 2 => "Popular", _ => null }));

    private static SideView SideOf(int people) => new([.. Rows(people)], Tags);

    private static PhotoPageView PhotoOf(PostView post, CommentView[] comments) => new(post, FollowState.None, new(comments, null), null, "", FormErrors.None, Tiles(4));

    private static ProfileView Profile(PersonView person, FollowState state, TileView[] tiles, int requests = 0) => new(
        person, "Fog, ferries and the occasional dog. Mostly north of 60°. <a href=\"/tags/film\">#film</a>", "https://maren.example", Now.AddYears(-1), state, state == FollowState.None && !person.IsPrivate, false,
        ProfileAccess.Open, 248 * tiles.Length / 12, 12_480, 311, state == FollowState.Self ? [] : [People[0], People[4]], requests, new(tiles, tiles.Length > 4 ? "/show/explore" : null));
}
