namespace Tintype.Commands.Planning;

/// <summary>
/// All that a plan is computed from, every number a parameter. Defaults: what people do as <c>tintype load</c> assumes it, what an operation
/// costs as bench/ measured it on two shared cores (each knob names its source, see <see cref="PlanKnobs"/>).
/// </summary>
internal sealed record PlanInput
{
    // Who comes, and what they do.
    public double Visitors { get; init; } = 50_000;
    public double ReadEverySeconds { get; init; } = 10;
    public double SessionMinutes { get; init; } = 10;
    public double ColdShare { get; init; } = 0.1;
    public double ImagesPerPage { get; init; } = 5;
    public double People { get; init; } = 1_000_000;
    public double ActiveShare { get; init; } = 0.5;
    public double Followers { get; init; } = 25;
    public double PhotosPerDay { get; init; } = 1_000_000;
    public double PeakFactor { get; init; } = 3;
    public double ProfilesPerRead { get; init; } = 10.0 / 60;
    public double SearchesPerRead { get; init; } = 5.0 / 60;
    public double LikesPerRead { get; init; } = 4.0 / 60;
    public double CdnShare { get; init; }

    // What a thing weighs.
    public double PhotoKb { get; init; } = 300;
    public double RenditionsKb { get; init; } = 570;
    public double ImageKb { get; init; } = 58;
    public double PageKb { get; init; } = 49;
    public double UserRowBytes { get; init; } = 835;
    public double FollowRowBytes { get; init; } = 134;
    public double PhotoRowBytes { get; init; } = 1_570;
    public double FeedLength { get; init; } = 800;
    public double FeedEntryBytes { get; init; } = 9;
    public double SharedFeedEntryBytes { get; init; } = 9.9;
    public double CardBytes { get; init; } = 4_600;
    public double ConnectionKb { get; init; } = 14;
    public double ProcessMb { get; init; } = 300;

    // What an operation costs of a core, in microseconds.
    public double FeedMicroseconds { get; init; } = 58;
    public double FirstVisitMicroseconds { get; init; } = 11_600;
    public double ProfileMicroseconds { get; init; } = 890;
    public double SearchMicroseconds { get; init; } = 895;
    public double ImageMicroseconds { get; init; } = 267;
    public double LikeMicroseconds { get; init; } = 5_920;
    public double UploadMicroseconds { get; init; } = 382_000;
    public double DeliveryMicroseconds { get; init; } = 0.44;
    public double WritesPerUpload { get; init; } = 12;
    public double WritesPerLike { get; init; } = 9;

    // What a machine has.
    public double Utilisation { get; init; } = 0.6;
    public double Cores { get; init; } = 2;
    public double MemoryGb { get; init; } = 24;
    public double NetworkMbit { get; init; } = 1_000;
    public double DiskGb { get; init; } = 1_000;
    public double DatabaseWrites { get; init; } = 1_300;
    public double DatabaseReads { get; init; } = 3_178;
    public double SharedDeliveries { get; init; } = 160_000;

    /// <summary>The arithmetic on paper of the course: rows as it counts them, the whole photo on a page of five, everybody within one second.</summary>
    public static readonly PlanInput Course = new()
    {
        People = 100_000_000, UserRowBytes = 104, PhotoRowBytes = 64, PhotoKb = 300, RenditionsKb = 0, ImageKb = 300, PageKb = 0, ReadEverySeconds = 1,
    };
}
