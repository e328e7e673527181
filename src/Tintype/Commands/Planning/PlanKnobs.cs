namespace Tintype.Commands.Planning;

/// <summary>One number of a plan, as an option.</summary>
/// <param name="Source">Where the default comes from.</param>
internal sealed record PlanKnob(string Option, string Says, string Source, Func<PlanInput, double> Get, Func<PlanInput, double, PlanInput> Set)
{
    /// <summary>Whether 0 makes sense: of what others are divided by it does not.</summary>
    public bool MayBeNone => Option is not ("--visitors" or "--read-every" or "--session-minutes" or "--utilisation" or "--cores" or "--memory-gb" or "--network-mbit" or "--disk-gb"
        or "--database-writes" or "--database-reads" or "--shared-deliveries" or "--image-kb" or "--photos-per-day" or "--photo-kb");
}

internal static class PlanKnobs
{
    private const string Assumed = "assumed";
    private const string Mix = "the mix of tintype load";
    private const string Rows = "files of tintype population --people 1000000, divided";
    private const string Painted = "mean of painted pictures of 290 KB";
    private const string Costs = "bench -- costs";
    private const string Storage = "bench -- storage";

    /// <summary>Every number, in the order of the record.</summary>
    public static readonly IReadOnlyList<PlanKnob> All =
    [
        new("--visitors", "Visitors at once.", "the mission", plan => plan.Visitors, (plan, value) => plan with { Visitors = value }),
        new("--read-every", "Seconds from one look at the feed to the next.", "the mission", plan => plan.ReadEverySeconds, (plan, value) => plan with { ReadEverySeconds = value }),
        new("--session-minutes", "How long a visitor stays.", Assumed, plan => plan.SessionMinutes, (plan, value) => plan with { SessionMinutes = value }),
        new("--cold-share", "Of those who come, whose feed is not kept any more.", Assumed, plan => plan.ColdShare, (plan, value) => plan with { ColdShare = value }),
        new("--images-per-page", "Images fetched for one look.", "the course", plan => plan.ImagesPerPage, (plan, value) => plan with { ImagesPerPage = value }),
        new("--people", "Who have an account.", "the mission", plan => plan.People, (plan, value) => plan with { People = value }),
        new("--active-share", "Of them, whose feed is kept.", Assumed, plan => plan.ActiveShare, (plan, value) => plan with { ActiveShare = value }),
        new("--followers", "Of a person, on average.", "tintype population", plan => plan.Followers, (plan, value) => plan with { Followers = value }),
        new("--photos-per-day", "Uploads.", "the course", plan => plan.PhotosPerDay, (plan, value) => plan with { PhotosPerDay = value }),
        new("--peak-factor", "The busiest second has so many times the mean of a day.", Assumed, plan => plan.PeakFactor, (plan, value) => plan with { PeakFactor = value }),
        new("--profiles-per-read", "Profiles looked at for each look at a feed.", Mix, plan => plan.ProfilesPerRead, (plan, value) => plan with { ProfilesPerRead = value }),
        new("--searches-per-read", "Searches likewise.", Mix, plan => plan.SearchesPerRead, (plan, value) => plan with { SearchesPerRead = value }),
        new("--likes-per-read", "Likes likewise.", Mix, plan => plan.LikesPerRead, (plan, value) => plan with { LikesPerRead = value }),
        new("--cdn-share", "Of images, how many a CDN or caching proxies answer.", "none unless said", plan => plan.CdnShare, (plan, value) => plan with { CdnShare = value }),
        new("--photo-kb", "A photo as it is uploaded.", "the course", plan => plan.PhotoKb, (plan, value) => plan with { PhotoKb = value }),
        new("--renditions-kb", "All renditions of a photo.", Painted, plan => plan.RenditionsKb, (plan, value) => plan with { RenditionsKb = value }),
        new("--image-kb", "The rendition that a feed shows: 640 px, WebP.", Painted, plan => plan.ImageKb, (plan, value) => plan with { ImageKb = value }),
        new("--page-kb", "A page of 20 posts as JSON.", "bench -- growth", plan => plan.PageKb, (plan, value) => plan with { PageKb = value }),
        new("--user-row-bytes", "A person with claims, token, counts and what search knows of them, indexes included.", Rows, plan => plan.UserRowBytes, (plan, value) => plan with { UserRowBytes = value }),
        new("--follow-row-bytes", "A follow, on both sides.", Rows, plan => plan.FollowRowBytes, (plan, value) => plan with { FollowRowBytes = value }),
        new("--photo-row-bytes", "A post with one photo, and what search knows of it.", Rows, plan => plan.PhotoRowBytes, (plan, value) => plan with { PhotoRowBytes = value }),
        new("--feed-length", "Ids that a feed keeps.", "Settings.Feed.Length", plan => plan.FeedLength, (plan, value) => plan with { FeedLength = value }),
        new("--feed-entry-bytes", "One of them, in process.", "an eighth of room over 8 bytes", plan => plan.FeedEntryBytes, (plan, value) => plan with { FeedEntryBytes = value }),
        new("--shared-feed-entry-bytes", "One of them, on a memory server.", "bench -- fanout", plan => plan.SharedFeedEntryBytes, (plan, value) => plan with { SharedFeedEntryBytes = value }),
        new("--card-bytes", "A card in memory, JSON and HTML.", "tintype_cache_bytes of a running server", plan => plan.CardBytes, (plan, value) => plan with { CardBytes = value }),
        new("--connection-kb", "A visitor who is connected, the system's share included.", "Kestrel with 50,100 connections", plan => plan.ConnectionKb, (plan, value) => plan with { ConnectionKb = value }),
        new("--process-mb", "An instance with nobody in it, warm.", "bench -- soak", plan => plan.ProcessMb, (plan, value) => plan with { ProcessMb = value }),
        new("--feed-us", "A look at a warm feed: microseconds of a core.", "bench -- feed", plan => plan.FeedMicroseconds, (plan, value) => plan with { FeedMicroseconds = value }),
        new("--first-visit-us", "One that is pulled together.", "bench -- growth", plan => plan.FirstVisitMicroseconds, (plan, value) => plan with { FirstVisitMicroseconds = value }),
        new("--profile-us", "A page of somebody's photos.", Costs, plan => plan.ProfileMicroseconds, (plan, value) => plan with { ProfileMicroseconds = value }),
        new("--search-us", "A search.", Costs, plan => plan.SearchMicroseconds, (plan, value) => plan with { SearchMicroseconds = value }),
        new("--image-us", "An image handed out.", Costs, plan => plan.ImageMicroseconds, (plan, value) => plan with { ImageMicroseconds = value }),
        new("--like-us", "A like with the jobs behind it.", Costs, plan => plan.LikeMicroseconds, (plan, value) => plan with { LikeMicroseconds = value }),
        new("--upload-us", "A photo taken in, posted, and made into all renditions.", Costs, plan => plan.UploadMicroseconds, (plan, value) => plan with { UploadMicroseconds = value }),
        new("--delivery-us", "An id put into one feed.", "bench -- fanout", plan => plan.DeliveryMicroseconds, (plan, value) => plan with { DeliveryMicroseconds = value }),
        new("--writes-per-upload", "Database transactions, jobs included.", Costs, plan => plan.WritesPerUpload, (plan, value) => plan with { WritesPerUpload = value }),
        new("--writes-per-like", "Likewise.", Costs, plan => plan.WritesPerLike, (plan, value) => plan with { WritesPerLike = value }),
        new("--utilisation", "Of a core, a server or a link, how much is planned to be used.", "queues grow steeply above it", plan => plan.Utilisation, (plan, value) => plan with { Utilisation = value }),
        new("--cores", "Of a machine.", "the machine these figures are from", plan => plan.Cores, (plan, value) => plan with { Cores = value }),
        new("--memory-gb", "Of a machine.", "the machine these figures are from", plan => plan.MemoryGb, (plan, value) => plan with { MemoryGb = value }),
        new("--network-mbit", "Of a machine's link.", "the course", plan => plan.NetworkMbit, (plan, value) => plan with { NetworkMbit = value }),
        new("--disk-gb", "Of a machine.", Assumed, plan => plan.DiskGb, (plan, value) => plan with { DiskGb = value }),
        new("--database-writes", "Transactions a second of one PostgreSQL leader.", Storage, plan => plan.DatabaseWrites, (plan, value) => plan with { DatabaseWrites = value }),
        new("--database-reads", "Point reads a second of one PostgreSQL server.", Storage, plan => plan.DatabaseReads, (plan, value) => plan with { DatabaseReads = value }),
        new("--shared-deliveries", "Ids a second that one memory server takes into feeds.", "bench -- fanout", plan => plan.SharedDeliveries, (plan, value) => plan with { SharedDeliveries = value }),
    ];
}
