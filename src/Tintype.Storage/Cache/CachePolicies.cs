namespace Tintype.Storage.Cache;

/// <summary>Every cache there is, in one table; docs/caching.md shows the same, and a spec compares them.</summary>
/// <remarks>
/// Lifetimes bound what is wrong when nothing tells: whoever writes forgets the key in every process, within a tenth of a second. While a
/// process hears that, what is told of without exception may live longer. Sizes are of one process, and
/// all full at once take 1.4 GB; <see cref="CacheSizes"/> changes them. Bytes are measured where it runs (<c>tintype caches</c>).
/// </remarks>
public static class CachePolicies
{
    public static readonly CachePolicy Cards = new("cards", 50_000, 192, TimeSpan.FromMinutes(1), true,
        "about 3 KB each: the fifth of a busy instance's posts that gets four fifths of the views; whoever edits, likes or comments says so") { WhenHeard = TimeSpan.FromMinutes(15) };

    public static readonly CachePolicy People = new("people", 200_000, 192, TimeSpan.FromMinutes(5), true,
        "authors and commenters of what is being looked at; profiles change seldom, and whoever changes one says so");

    public static readonly CachePolicy Usernames = new("usernames", 100_000, 32, TimeSpan.FromMinutes(5), true,
        "addresses of profiles, and names that nobody has; they change seldom");

    public static readonly CachePolicy Counts = new("counts", 200_000, 64, TimeSpan.FromSeconds(5), true,
        "numbers on profiles of what is being looked at; told of with every follow and every post that comes or goes") { WhenHeard = TimeSpan.FromMinutes(10) };

    public static readonly CachePolicy Relations = new("relations", 200_000, 192, TimeSpan.FromMinutes(1), true,
        "one per active visitor, four tables to load; follows, blocks and mutes are told of twice, by who writes and by the outbox") { WhenHeard = TimeSpan.FromMinutes(30) };

    public static readonly CachePolicy ViewerMarks = new("viewer marks", 200_000, 128, TimeSpan.FromMinutes(1), false,
        "hearts and bookmarks of one visitor, at most 16 KB; not shared: one visitor is mostly at one instance") { WhenHeard = TimeSpan.FromMinutes(30) };

    public static readonly CachePolicy Tokens = new("tokens", 200_000, 128, TimeSpan.FromMinutes(1), false,
        "everybody who is active; never shared, so that no credential leaves the databases; a revocation is told of") { WhenHeard = TimeSpan.FromMinutes(10) };

    public static readonly CachePolicy Unread = new("unread", 100_000, 32, TimeSpan.FromSeconds(10), false,
        "a number on every page of one visitor, cheap to count; seconds, because news comes from everywhere");

    public static readonly CachePolicy Grids = new("grids", 50_000, 64, TimeSpan.FromSeconds(5), true,
        "first pages of people who are being looked at, thousands at once if famous; seconds, because a new photo should show soon");

    public static readonly CachePolicy Suggestions = new("suggestions", 20_000, 32, TimeSpan.FromMinutes(10), true,
        "asks up to 30 shards; whom friends follow changes slowly, and who was followed since is left out when read");

    public static readonly CachePolicy BesidePages = new("beside pages", 50_000, 128, TimeSpan.FromMinutes(1), false,
        "five suggestions of one visitor with all that is said of them, on every page; read only while nothing they depend on has changed");

    public static readonly CachePolicy FormTokens = new("form tokens", 50_000, 64, TimeSpan.FromMinutes(10), false,
        "half a kilobyte for each browser that reads; made by encryption dearer than the page around it; never shared, so that no credential leaves the process");

    public static readonly CachePolicy Explore = new("explore", 200, 16, TimeSpan.FromSeconds(15), true,
        "the landing page and explore of everybody; seconds, so that a new photo shows soon");

    public static readonly CachePolicy TagsOfTheDay = new("tags of the day", 1, 1, TimeSpan.FromMinutes(1), true,
        "on every home page; a minute does not change the day");

    public static readonly CachePolicy SearchPeople = new("search people", 10_000, 32, TimeSpan.FromSeconds(30), true,
        "what many type; what is new or gone shows within half a minute");

    public static readonly CachePolicy SearchTags = new("search tags", 10_000, 16, TimeSpan.FromSeconds(30), true, "as search people");

    public static readonly CachePolicy SearchPlaces = new("search places", 10_000, 16, TimeSpan.FromSeconds(30), true, "as search people");

    public static readonly CachePolicy SearchPhotos = new("search photos", 10_000, 32, TimeSpan.FromSeconds(30), true, "as search people; one entry for each page leafed to");

    public static readonly CachePolicy Instance = new("instance", 1, 1, TimeSpan.FromMinutes(10), true,
        "asked by every app that starts, counted over all shards, and nobody minds ten minutes");

    public static readonly IReadOnlyList<CachePolicy> All =
    [
        Cards, People, Usernames, Counts, Relations, ViewerMarks, Tokens, Unread, Grids, Suggestions, BesidePages, FormTokens, Explore, TagsOfTheDay,
        SearchPeople, SearchTags, SearchPlaces, SearchPhotos, Instance,
    ];
}
