namespace Tintype.Commands.Planning;

/// <summary>What comes in, in the busiest second.</summary>
internal sealed record PlanDemand(double FeedReads, double FirstVisits, double Images, double Profiles, double Searches, double Likes, double Uploads, double Deliveries, double DatabaseWrites, double DatabaseReads);

/// <summary>An app set, or a kind of server.</summary>
/// <param name="Cores">Busy ones, in all instances together.</param>
/// <param name="MemoryGb">In all instances together.</param>
internal sealed record PlanSet(string Name, int Instances, double Cores, double MemoryGb, string Because);

/// <summary>What a year adds to disks, and what people are from the first day; decimal gigabytes.</summary>
internal sealed record PlanDisk(double UsersGb, double FollowsGb, double PhotoRowsGbPerDay, double ObjectsGbPerDay, double RowsGbPerYear, double ObjectsTbPerYear);

internal sealed record PlanNetwork(double OutGbit, double InGbit, double PageMb, double PagesPerSecondOfLink);

/// <summary>What everything on one machine would need of it.</summary>
/// <param name="Share">Of what the machine has; 1 is all of it.</param>
/// <param name="Until">When it would be at its end, if nothing else ended first: so many visitors at once, or days.</param>
internal sealed record PlanResource(string Name, double Needed, double Has, string Unit, double Share, string Until);

/// <summary>The size of a deployment for what is asked, from what operations cost: the course's arithmetic, with all of its numbers as parameters.</summary>
internal sealed record Plan(PlanInput Input, PlanDemand Demand, IReadOnlyList<PlanSet> Sets, PlanDisk Disk, PlanNetwork Network, IReadOnlyList<PlanResource> Machine)
{
    private const double SecondsOfDay = 86_400, DaysOfYear = 365;

    // One more of everything than none: an instance may be restarted, or lost.
    private const int FewestInstances = 2;

    // Asked of databases when nothing is cached yet: relations, posts, authors, marks for a feed; rows behind a profile; words and rows for a search.
    private const double ReadsPerFirstVisit = 4, ReadsPerProfile = 1, ReadsPerSearch = 3, ReadsPerWrite = 1;

    // The cards that a fifth of a month's photos makes get four fifths of the views; so many are kept at most (CachePolicies).
    private const double HotShare = 0.2, MostCards = 50_000, DaysOfHot = 30;

    private const double MemoryOfWorkerGb = 0.3;

    /// <summary>Of what limits how many can be served at once; a disk limits for how long.</summary>
    public PlanResource EndsFirst => Machine.SkipLast(1).MaxBy(resource => resource.Share)!;

    public PlanResource MachineDisk => Machine[^1];

    public static Plan Of(PlanInput input)
    {
        var demand = DemandOf(input);
        IReadOnlyList<PlanSet> sets = [.. AppSets(input, demand), .. Stores(input, demand)];
        var (disk, network) = (DiskOf(input), NetworkOf(input, demand));
        return new(input, demand, sets, disk, network, MachineOf(input, sets, disk, network));
    }

    private static PlanDemand DemandOf(PlanInput input)
    {
        var reads = input.Visitors / input.ReadEverySeconds;
        var firstVisits = input.Visitors / (input.SessionMinutes * 60) * input.ColdShare;
        var (profiles, searches, likes) = (reads * input.ProfilesPerRead, reads * input.SearchesPerRead, reads * input.LikesPerRead);
        var uploads = input.PhotosPerDay / SecondsOfDay * input.PeakFactor;
        var writes = uploads * input.WritesPerUpload + likes * input.WritesPerLike;
        return new(reads, firstVisits, reads * input.ImagesPerPage * (1 - input.CdnShare), profiles, searches, likes, uploads, uploads * input.Followers * input.ActiveShare,
            writes, firstVisits * ReadsPerFirstVisit + profiles * ReadsPerProfile + searches * ReadsPerSearch + writes * ReadsPerWrite);
    }

    private static IEnumerable<PlanSet> AppSets(PlanInput input, PlanDemand demand)
    {
        var cards = Math.Min(MostCards, input.PhotosPerDay * DaysOfHot * HotShare) * input.CardBytes / 1e9;
        var feeds = input.Visitors * input.FeedLength * input.FeedEntryBytes / 1e9;
        var connections = input.Visitors * input.ConnectionKb / 1e6;
        yield return Set("feed", demand.FeedReads * input.FeedMicroseconds + demand.FirstVisits * input.FirstVisitMicroseconds, cards, feeds + connections, "feeds read, and pulled together");
        yield return Set("profile", demand.Profiles * input.ProfileMicroseconds, cards, 0, "profiles");
        yield return Set("friends", demand.Searches * input.SearchMicroseconds, 0, 0, "searches");
        yield return Set("interactions", demand.Likes * input.LikeMicroseconds, 0, 0, "likes");
        yield return Set("media", demand.Images * input.ImageMicroseconds, 0, 0, "images that no CDN answers");
        yield return Set("upload, worker", demand.Uploads * input.UploadMicroseconds + demand.Deliveries * input.DeliveryMicroseconds, MemoryOfWorkerGb, 0, "renditions, fan-out");
        yield return Set("accounts", 0, 0, 0, "log-in");

        PlanSet Set(string name, double microseconds, double each, double together, string because)
        {
            var cores = microseconds / 1e6;
            var instances = Math.Max(FewestInstances, (int)Math.Ceiling(Math.Max(cores / (input.Cores * input.Utilisation), together / input.MemoryGb)));
            return new(name, instances, cores, instances * (input.ProcessMb / 1e3 + each) + together, because);
        }
    }

    private static IEnumerable<PlanSet> Stores(PlanInput input, PlanDemand demand)
    {
        var disk = DiskOf(input);
        var byWrites = demand.DatabaseWrites / (input.DatabaseWrites * input.Utilisation);
        var byReads = demand.DatabaseReads / (2 * input.DatabaseReads * input.Utilisation);
        var byDisk = (disk.UsersGb + disk.FollowsGb + disk.RowsGbPerYear) / input.DiskGb;
        var leaders = (int)Math.Ceiling(Math.Max(1, Math.Max(byWrites, Math.Max(byReads, byDisk))));
        yield return new("databases", 2 * leaders, 2 * leaders * input.Cores * input.Utilisation, 2 * leaders * input.MemoryGb, leaders switch
        {
            _ when byDisk >= Math.Max(byWrites, byReads) => $"{leaders} leaders and a follower each: disk of a year",
            _ when byWrites >= byReads => $"{leaders} leaders and a follower each: writes",
            _ => $"{leaders} leaders and a follower each: reads",
        });
        var feeds = input.People * input.ActiveShare * input.FeedLength * input.SharedFeedEntryBytes / 1e9;
        var servers = (int)Math.Ceiling(Math.Max(1, Math.Max(feeds / (input.MemoryGb * input.Utilisation), demand.Deliveries / (input.SharedDeliveries * input.Utilisation))));
        yield return new("memory servers", servers, demand.Deliveries / input.SharedDeliveries, feeds, "feeds of active people");
        yield return new("object store", (int)Math.Ceiling(Math.Max(1, disk.ObjectsTbPerYear * 1e3 / input.DiskGb)), 0, 0, "disks of a year of photos, before copies");
    }

    private static PlanDisk DiskOf(PlanInput input)
    {
        var (rows, objects) = (input.PhotosPerDay * input.PhotoRowBytes / 1e9, input.PhotosPerDay * (input.PhotoKb + input.RenditionsKb) / 1e6);
        return new(input.People * input.UserRowBytes / 1e9, input.People * input.Followers * input.FollowRowBytes / 1e9, rows, objects, rows * DaysOfYear, objects * DaysOfYear / 1e3);
    }

    private static PlanNetwork NetworkOf(PlanInput input, PlanDemand demand)
    {
        var page = input.PageKb + input.ImagesPerPage * input.ImageKb;
        var images = demand.Images * input.ImageKb;
        return new(
            (demand.FeedReads * input.PageKb + images) * 8 / 1e6, demand.Uploads * input.PhotoKb * 8 / 1e6, page / 1e3, input.NetworkMbit * 1e3 / 8 / page);
    }

    private static IReadOnlyList<PlanResource> MachineOf(PlanInput input, IReadOnlyList<PlanSet> sets, PlanDisk disk, PlanNetwork network)
    {
        var apps = sets.Where(set => set.Name is not ("databases" or "memory servers" or "object store")).ToList();
        // In one process: its own memory once, then what grows with people.
        var memory = input.ProcessMb / 1e3 + MemoryOfWorkerGb + apps.Sum(set => set.MemoryGb - set.Instances * input.ProcessMb / 1e3);
        return
        [
            Of("processor", apps.Sum(set => set.Cores), input.Cores * input.Utilisation, "cores"),
            Of("memory", memory, input.MemoryGb * input.Utilisation, "GB"),
            Of("network", network.OutGbit + network.InGbit, input.NetworkMbit / 1e3 * input.Utilisation, "Gbit/s"),
            Of("disk, a year", disk.UsersGb + disk.FollowsGb + disk.RowsGbPerYear + disk.ObjectsTbPerYear * 1e3, input.DiskGb, "GB") with
            {
                Until = $"{Math.Max(0, (input.DiskGb - disk.UsersGb - disk.FollowsGb) / (disk.PhotoRowsGbPerDay + disk.ObjectsGbPerDay)):N0} days",
            },
        ];

        // All that comes in grows with visitors, uploads too.
        PlanResource Of(string name, double needed, double has, string unit) => new(name, needed, has, unit, needed / has, $"{input.Visitors * has / needed:N0} visitors");
    }
}
