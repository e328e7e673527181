using Tintype.Demo.Painting;
using Tintype.Storage.Model;

namespace Tintype.Demo;

/// <summary>A post that will have been: pictures of one motif, one to four of them.</summary>
/// <param name="Seeds">What its pictures are painted from.</param>
internal sealed record PlannedPost(
    int Number, CastMember Author, DateTimeOffset At, Motif Motif, int[] Seeds, string Caption, Place? Place, CastMember[] Likers, PlannedComment[] Comments);

/// <param name="Answer">What the photo's author answers; null for nothing.</param>
internal sealed record PlannedComment(CastMember By, string Text, DateTimeOffset At, string? Answer);

/// <summary>
/// All that happened in the demo before it began: drawn from one seed and the moment it began, so a demo that was broken off goes on
/// as if nothing had been.
/// </summary>
internal sealed class DemoPlan
{
    private static readonly TimeSpan Past = TimeSpan.FromDays(30);

    private readonly Random random = new(1851);
    private readonly DateTimeOffset began;

    /// <param name="photos">How many there are in all posts together.</param>
    public DemoPlan(DateTimeOffset began, int photos)
    {
        this.began = began;
        Follows = [.. Cast.People.SelectMany(follower => Cast.People.Where(followee => Follow(follower, followee)).Select(followee => (follower, followee)))];
        Posts = [.. Draw(photos)];
    }

    public IReadOnlyList<(CastMember Follower, CastMember Followee)> Follows { get; }

    /// <summary>Who asks the private person, and waits.</summary>
    public static IEnumerable<CastMember> Asking => Cast.People.Where(person => person.Username is "mateo.rivas" or "hana.k");

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<PlannedPost> Posts { get; }

    private bool Follow(CastMember follower, CastMember followee)
    {
        var shared = follower.Motifs.Intersect(followee.Motifs).Count();
        var chance = followee.IsPrivate ? 0.12 + (0.3 * shared)
            : follower.Username == Cast.Visitor ? 0.45 + (0.3 * shared)
            : followee.IsPopular ? 0.75
            : 0.1 + (0.4 * shared);
        return random.NextDouble() < chance && follower != followee && !(followee.IsPrivate && Asking.Contains(follower));
    }

    private IEnumerable<PlannedPost> Draw(int photos)
    {
        var sizes = new List<int>();
        for (var left = photos; left > 0; left -= sizes[^1])
        {
            sizes.Add(Math.Min(left, random.Next(8) == 0 ? random.Next(2, 5) : 1));
        }
        // More lately than long ago, the last one a few minutes old.
        var newest = TimeSpan.FromMinutes(4);
        var ages = sizes.Skip(1).Select(_ => newest + (Past * Math.Pow(random.NextDouble(), 1.6))).Append(newest).OrderDescending().ToList();
        var authors = new Queue<CastMember>();
        for (var number = 0; number < sizes.Count; number++)
        {
            if (authors.Count == 0)
            {
                authors = new(Cast.People.Concat(Cast.People.Where(person => person.IsPopular)).OrderBy(_ => random.Next()));
            }
            yield return Draw(number, authors.Dequeue(), began - ages[number], sizes[number]);
        }
    }

    private PlannedPost Draw(int number, CastMember author, DateTimeOffset at, int size)
    {
        var motif = author.Motifs[random.Next(author.Motifs.Length)];
        var wording = Wording.Of[motif];
        int[] seeds = [.. Enumerable.Range(0, size).Select(photo => 1000 + (number * 4) + photo)];
        var followers = Follows.Where(pair => pair.Followee == author).Select(pair => pair.Follower).OrderBy(_ => random.Next()).ToList();
        var strangers = author.IsPrivate ? [] : Cast.People.Where(person => person != author && !followers.Contains(person)).OrderBy(_ => random.Next()).Take(3);
        CastMember[] likers = [.. followers.Concat(strangers).Take(random.Next(2, Math.Max(3, followers.Count)))];
        var comments = followers.Take(random.Next(0, 5)).Select(by => Comment(by, motif, at)).OrderBy(comment => comment.At);
        return new(number, author, at, motif, seeds, wording.Caption(random), wording.Where(random), likers, [.. comments]);
    }

    private PlannedComment Comment(CastMember by, Motif motif, DateTimeOffset posted)
    {
        var wait = (began - posted) * (random.NextDouble() * random.NextDouble() * 0.9);
        return new(by, Remarks.On(motif, random), posted + wait, random.Next(3) == 0 ? Remarks.Answer(random) : null);
    }
}
