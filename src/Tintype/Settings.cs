using System.ComponentModel.DataAnnotations;
using Tintype.Storage.Cache;
using Tintype.Storage.Dialects.Postgres;
using Tintype.Storage.Shards;

namespace Tintype;

/// <summary>
/// Every knob: default, unit, range, why. Bound from section "Tintype" (environment: Tintype__Feed__Length=800), checked when the
/// process starts, printed without secrets.
/// </summary>
internal sealed record Settings
{
    /// <summary>Folder for everything embedded: databases and photos.</summary>
    public string Data { get; set; } = "data";

    /// <summary>Address people reach this instance by, used in absolute links of the API. Default: the first address listened on.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Addresses or networks (10.0.0.0/8) of proxies in front, whose X-Forwarded-For and -Proto are believed. None by default.</summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>Shown on the landing page and to apps.</summary>
    [StringLength(60, MinimumLength = 1)]
    public string InstanceName { get; set; } = "Tintype";

    /// <summary>Comma-separated roles this process has; "all" is every one.</summary>
    public string Roles { get; set; } = "all";

    /// <summary>Fill an empty instance with a made-up community while the site is up.</summary>
    public bool Demo { get; set; }

    /// <summary>Photos of that community; each takes a third of a second of one core.</summary>
    [Range(1, 2000)]
    public int DemoPhotos { get; set; } = 250;

    /// <summary>
    /// Seconds a process that was told to stop serves on, no longer ready: what balances over it looks once a second and must notice.
    /// 0 where nothing stands before it.
    /// </summary>
    [Range(0, 300)]
    public double DrainSeconds { get; set; } = 3;

    /// <summary>Connections at once; who comes beyond them is hung up on. 0: as many as the system's limit of open files leaves room for.</summary>
    [Range(0, 10_000_000)]
    public int MaxConnections { get; set; }

    public StorageSettings Storage { get; set; } = new();
    public MemorySettings Memory { get; set; } = new();
    public CacheSettings Caches { get; set; } = new();
    public ObjectSettings Objects { get; set; } = new();
    public AccountSettings Accounts { get; set; } = new();
    public UploadSettings Upload { get; set; } = new();
    public FeedSettings Feed { get; set; } = new();
    public JobSettings Jobs { get; set; } = new();
    public RateLimitSettings RateLimits { get; set; } = new();
    public AdmissionSettings Admission { get; set; } = new();
    public ProxySettings Proxies { get; set; } = new();
    public MetricsSettings Metrics { get; set; } = new();
    public GatewaySettings Gateway { get; set; } = new();
}

internal sealed record StorageSettings : IValidatableObject
{
    /// <summary>Logical shards per cluster, 1 to 8192; fixed when the instance is born. 64 leaves room to spread over 64 servers.</summary>
    [Range(1, 8192)]
    public int Shards { get; set; } = 64;

    /// <summary>
    /// PostgreSQL connection strings, or names from Servers, one per server; empty: embedded SQLite. Several hosts in one string are a leader
    /// and its followers. An empty instance's shards are dealt out in turn; after that they are where 'tintype shards' put them.
    /// </summary>
    public string[] AccountsServers { get; set; } = [];
    public string[] ContentServers { get; set; } = [];
    public string[] SocialServers { get; set; } = [];

    internal bool IsEmbedded => AccountsServers.Length + ContentServers.Length + SocialServers.Length == 0;

    /// <summary>Names for servers, to stand in the lists above and in commands: Servers:a = "Host=...". A server without one is called by its hosts.</summary>
    public Dictionary<string, string> Servers { get; set; } = [];

    /// <summary>Seconds a follower may be behind its leader and still be read from. A page that lacks the last two seconds is a page.</summary>
    [Range(0.1, 3600)]
    public double FollowerMaxLagSeconds { get; set; } = 5;

    /// <summary>Seconds a request waits for a leader while there is none, and tries again what a lost one made fail. A promotion takes one or two.</summary>
    [Range(0, 60)]
    public double FailoverSeconds { get; set; } = 10;

    /// <summary>Seconds a starting process waits for databases that do not answer: machines start in any order. Commands do not wait.</summary>
    [Range(0, 3600)]
    public double StartSeconds { get; set; } = 60;

    internal PostgresOptions Postgres => new(TimeSpan.FromSeconds(FollowerMaxLagSeconds), TimeSpan.FromSeconds(FailoverSeconds));

    internal IReadOnlyList<DatabaseServer> ServersOf(Cluster cluster) =>
        [.. ListOf(cluster).Select(entry => Servers.TryGetValue(entry, out var connection) ? new DatabaseServer(entry, connection) : DatabaseServer.Of(entry))];

    private string[] ListOf(Cluster cluster) => cluster switch
    {
        Cluster.Accounts => AccountsServers,
        Cluster.Content => ContentServers,
        _ => SocialServers,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsEmbedded && Enum.GetValues<Cluster>().Any(cluster => ListOf(cluster).Length == 0))
        {
            yield return new ValidationResult("AccountsServers, ContentServers and SocialServers are set together, or none is; the same server may stand in all three.");
        }
    }
}

internal sealed record MemorySettings
{
    /// <summary>
    /// Redis-protocol servers for feeds and caches that processes share, as StackExchange.Redis writes them: "host:6379",
    /// "node1:6379,node2:6379" (Cluster), "sentinel1:26379,serviceName=main" (Sentinel), with ",password=..,ssl=true" where needed.
    /// Empty: everything in this process, for an instance that is one process.
    /// </summary>
    public string Servers { get; set; } = "";

    /// <summary>
    /// memcached servers, host:port each, for what caches share: in the place of the above for caches, or without it. The same list in the
    /// same order everywhere. Word of changes then goes over the above, or over PostgreSQL.
    /// </summary>
    public string[] Memcached { get; set; } = [];

    /// <summary>Milliseconds that a shared cache may take to answer before the database is asked. A healthy one takes 1, a database 5.</summary>
    [Range(1, 5000)]
    public int CacheTimeout { get; set; } = 60;

    /// <summary>Before every key and channel, so that several instances can share a server.</summary>
    [StringLength(40)]
    public string Prefix { get; set; } = "tintype:";
}

internal sealed record CacheSettings : IValidatableObject
{
    /// <summary>
    /// Megabytes (2^20 bytes) a cache of this process may take, by name with hyphens for blanks: Sizes:viewer-marks = 256. Those not named take
    /// what docs/caching.md says. Entries grow and shrink along.
    /// </summary>
    public Dictionary<string, int> Sizes { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var names = CachePolicies.All.Select(CacheSizes.NameOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, megabytes) in Sizes.Where(size => !names.Contains(size.Key) || size.Value is < 1 or > 1 << 20))
        {
            yield return new ValidationResult($"Sizes:{name}={megabytes} is no cache with 1 to {1 << 20} megabytes; there are {string.Join(", ", names)}.");
        }
    }
}

internal sealed record AccountSettings
{
    /// <summary>Whether strangers may sign up.</summary>
    public bool SignUpOpen { get; set; } = true;

    /// <summary>Years; the usual legal age for consent to a network of this kind.</summary>
    [Range(0, 30)]
    public int MinimumAge { get; set; } = 13;

    /// <summary>OAuth password grant: only for tests and old command-line clients; sends passwords through apps.</summary>
    public bool PasswordGrant { get; set; }

    /// <summary>Days a web session lives without being used.</summary>
    [Range(1, 365)]
    public int SessionDays { get; set; } = 60;

    /// <summary>Days a deleted account can be restored; then it is purged.</summary>
    [Range(0, 365)]
    public int RestoreDays { get; set; } = 30;

    /// <summary>Argon2id memory in KiB. 19 MiB and 2 passes is OWASP's minimum recommendation; specs set less.</summary>
    [Range(64, 1048576)]
    public int Argon2MemoryKiB { get; set; } = 19456;
}

internal sealed record UploadSettings
{
    /// <summary>Largest photo, bytes. 40 MB holds a 50 MP camera JPEG.</summary>
    [Range(1024, 1L << 30)]
    public long MaxBytes { get; set; } = 40_000_000;

    /// <summary>Most pixels of a photo. 100 MP is the largest phone sensor mode; more is a decompression bomb.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>Hours before an object that no row refers to is swept. A day outlasts every upload that is still on its way.</summary>
    [Range(0, 720)]
    public double SweepAfterHours { get; set; } = 24;

    /// <summary>Hours between sweeps. Each lists every object: four times a day is seldom enough for millions of them.</summary>
    [Range(0.01, 168)]
    public double SweepEveryHours { get; set; } = 6;
}

internal sealed record FeedSettings
{
    /// <summary>Ids kept ahead of time per person; older pages are pulled. 800 is what Twitter kept (2013): 40 app pages.</summary>
    [Range(20, 10_000)]
    public int Length { get; set; } = 800;

    /// <summary>
    /// Followers from which an author is merged when read instead of pushed when posting. A merge costs each read as much as many pushes
    /// (bench fanout), so this saves no work where people read often: it bounds what one post sets off. 10,000 pushes and the ten pages of followers
    /// before them are some 20 ms of a worker in process and 80 ms with a memory server; a million would be eight seconds.
    /// </summary>
    [Range(1, 10_000_000)]
    public int BigAuthorFollowers { get; set; } = 10_000;

    /// <summary>Days without a visit after which a feed is no longer kept ahead of time; the next visit rebuilds it.</summary>
    [Range(1, 365)]
    public int ActiveDays { get; set; } = 14;

    /// <summary>Most feeds kept in this process. 100,000 feeds of 800 ids are 640 MB at 8 bytes; most are far shorter.</summary>
    [Range(100, 10_000_000)]
    public int MaxFeeds { get; set; } = 100_000;
}

internal sealed record JobSettings
{
    /// <summary>Photos processed at once. One per core starves requests in an all-in-one process; 0 chooses half the cores, at least 1, and all of them for a demo.</summary>
    [Range(0, 256)]
    public int MediaWorkers { get; set; }

    [Range(1, 256)]
    public int FanOutWorkers { get; set; } = 2;

    [Range(1, 256)]
    public int RestWorkers { get; set; } = 4;

    /// <summary>Seconds a claimed job belongs to its worker without a sign of life.</summary>
    [Range(1, 3600)]
    public double LeaseSeconds { get; set; } = 60;

    /// <summary>Seconds between looks at the outbox when nothing woke the worker.</summary>
    [Range(0.01, 60)]
    public double PollSeconds { get; set; } = 1;

    /// <summary>Attempts before a job is put aside: with backoff, about 20 minutes.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 10;
}

internal sealed record RateLimitSettings
{
    /// <summary>Off for load tests and trusted networks.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests in 5 minutes per account, and per address: what Mastodon's clients expect.</summary>
    [Range(1, 1_000_000)]
    public int Requests { get; set; } = 300;

    /// <summary>Uploads in 30 minutes per account. Ten posts of ten photos, thrice Mastodon's 30: we are about photos.</summary>
    [Range(1, 1_000_000)]
    public int Uploads { get; set; } = 100;

    /// <summary>Sign-ups in 30 minutes per address.</summary>
    [Range(1, 1_000_000)]
    public int SignUps { get; set; } = 5;

    /// <summary>Wrong passwords in 15 minutes per account, and ten times as many per address.</summary>
    [Range(1, 1_000_000)]
    public int LogIns { get; set; } = 10;
}

/// <summary>For newcomers: requests whose token a process does not remember, so that what they ask for most likely has to be fetched too (docs/operating.md).</summary>
internal sealed record AdmissionSettings
{
    /// <summary>
    /// Answered at once. With a database that is near, 12 did as many in a second as 32, each of them three times as fast (bench visitors);
    /// with one that takes longer to answer than ten milliseconds, more are needed.
    /// </summary>
    [Range(1, 100_000)]
    public int Newcomers { get; set; } = 16;

    /// <summary>In line behind them; who comes when it is full is answered 503. As many as two cores let in within the patience; those of all instances of a pool count for the gateway's MostRequests.</summary>
    [Range(1, 1_000_000)]
    public int Line { get; set; } = 500;

    /// <summary>Seconds in line after which the answer is 503: less than a gateway's patience with an instance, and more than a lost leader's promotion.</summary>
    [Range(0.1, 300)]
    public double PatienceSeconds { get; set; } = 4;
}

/// <summary>How long caching proxies and browsers may keep what is the same for every stranger; what a person sees alone is never kept.</summary>
internal sealed record ProxySettings
{
    /// <summary>Seconds a page as strangers see it is shown without asking. However many want it, we make it four times a minute.</summary>
    [Range(1, 3600)]
    public int FreshSeconds { get; set; } = 15;

    /// <summary>Seconds beyond that in which it is shown while the proxy asks. With the above: a minute until what was deleted is gone for strangers.</summary>
    [Range(0, 3600)]
    public int StaleSeconds { get; set; } = 45;

    /// <summary>Seconds it may still be shown while we cannot answer. An hour of pages an hour old is better than an hour of errors.</summary>
    [Range(0, 604_800)]
    public int OutageSeconds { get; set; } = 3600;

    /// <summary>Seconds until a proxy asks whether a photo is still there: 304 without bytes, or it was deleted. Browsers never ask.</summary>
    [Range(1, 31_536_000)]
    public int PictureSeconds { get; set; } = 600;
}

internal sealed record MetricsSettings
{
    /// <summary>/metrics answers loopback only unless this is true.</summary>
    public bool Public { get; set; }
}

/// <summary>For a process with the role gateway.</summary>
internal sealed record GatewaySettings
{
    /// <summary>JSON file of instances by role, read again when it changes: docs/gateway.md.</summary>
    public string Pools { get; set; } = "";

    /// <summary>Instead of a file: addresses separated by commas, by role or roles.</summary>
    public Dictionary<string, string> Instances { get; set; } = [];

    /// <summary>Seconds between looks at whether an instance is ready.</summary>
    [Range(0.05, 60)]
    public double ProbeSeconds { get; set; } = 1;

    /// <summary>Seconds an instance has to say whether it is ready; it gives its databases 2.</summary>
    [Range(0.05, 60)]
    public double ProbeTimeoutSeconds { get; set; } = 3;

    /// <summary>Seconds to make a connection; within one network it takes milliseconds.</summary>
    [Range(0.05, 60)]
    public double ConnectSeconds { get; set; } = 1;

    /// <summary>Seconds without the beginning of an answer after which a safe request is tried at another instance.</summary>
    [Range(0.05, 600)]
    public double PatienceSeconds { get; set; } = 5;

    /// <summary>Seconds without a byte in either direction after which a request is given up.</summary>
    [Range(0.1, 3600)]
    public double TimeoutSeconds { get; set; } = 30;

    /// <summary>The same for uploads, which also wait for a photo to be made.</summary>
    [Range(0.1, 3600)]
    public double UploadTimeoutSeconds { get; set; } = 120;

    /// <summary>Requests in one pool at once. Half of these may be newcomers who wait at two instances; as many others are ten times what such answer within a tenth of a second.</summary>
    [Range(1, 1_000_000)]
    public int MostRequests { get; set; } = 2_000;

    /// <summary>Requests a second from one network address, four seconds' worth in a burst; 0 for no limit. Many people may share one.</summary>
    [Range(0, 1_000_000)]
    public int AddressRate { get; set; } = 200;

    /// <summary>The same for one session or token: a page of 50 photos is one burst.</summary>
    [Range(0, 1_000_000)]
    public int TokenRate { get; set; } = 50;

    /// <summary>Bytes of all request headers together, as browsers and servers commonly allow.</summary>
    [Range(4096, 1 << 20)]
    public int MaxHeaderBytes { get; set; } = 32_768;
}
