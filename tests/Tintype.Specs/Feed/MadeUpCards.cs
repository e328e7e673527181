using Tintype.Cards;
using Tintype.Storage.Model;

namespace Tintype.Specs.Feed;

/// <summary>Cards with everything on them that a card can have, in all mixtures; the same seed makes the same.</summary>
internal sealed class MadeUpCards(int seed, DateTimeOffset now)
{
    private static readonly string[] Names = ["Anna", "", "<b>\"O'Neil\"</b> & Søn", "写真家 📷", "Zed\u2028line", "a'b`c=d>e"];
    private static readonly string[] Captions =
    [
        "", "short", "two\r\nlines\nand three\n", "#light @bob @nobody https://example.org/?a=1&b=\"2\" <script>alert('x')</script>",
        "Ünïcödé — 写真 📷 #夜", new('x', 129), new('y', 131), "&amp; &lt; already &#x27;encoded&#x27;",
    ];
    private static readonly string?[] Alts = [null, "", "  ", "A harbour, \"at sunrise\" & fog", "海"];
    private static readonly double[] Focus = [0, 0, -1, 0.37, 1];
    private static readonly long[] Counts = [0, 1, 2, 999, 9_999, 12_345, 3_100_000];
    private static readonly (int, int)[] Sizes = [(4000, 3000), (3000, 4000), (1, 1), (0, 0), (10_000, 800), (640, 640)];

    private readonly Random random = new(seed);
    private int last;

    public Card[] Some(int count, AccountId reader) => [.. Enumerable.Range(0, count).Select(_ => One(reader))];

    private Card One(AccountId reader)
    {
        var author = Somebody(random.Next(4) == 0 ? reader : new AccountId(NextId()));
        var photos = Enumerable.Range(0, random.Next(5) == 0 ? random.Next(2, 5) : 1).Select(position => One(author, position)).ToList();
        var post = new Post
        {
            Id = new PostId(NextId()), AccountId = author.Id, Caption = Any(Captions), Mentions = random.Next(2) == 0 ? [new Mention(reader, "bob")] : [],
            Place = random.Next(3) switch { 0 => new Place("Åre & <co>", "Sverige"), 1 => new Place("Lisbon"), _ => null }, State = random.Next(8) == 0 ? PostState.Processing : PostState.Live,
            Likes = Any(Counts), Comments = Any(Counts), CreatedAt = now.AddSeconds(-Math.Pow(10, random.NextDouble() * 8.5)),
        };
        return new Card(post, photos, author);
    }

    private Person Somebody(AccountId id) => new(
        id, $"person_{random.Next(1000)}", Any(Names), "", "", random.Next(2) == 0 ? new MediaId(NextId()) : null, "secret", random.Next(4) == 0,
        true, "en", [], AccountRole.Person, AccountState.Active, now);

    private Photo One(Person author, int position)
    {
        var (width, height) = Any(Sizes);
        return new Photo
        {
            Id = new MediaId(NextId()), AccountId = author.Id, Position = position, State = random.Next(6) == 0 ? (MediaState)random.Next(4) : MediaState.Live, FailedReason = "It's <broken>.",
            Secret = "00112233445566778899aabbccddeeff", ContentType = "image/jpeg", Width = width, Height = height, BlurHash = random.Next(3) == 0 ? null : "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            Description = Any(Alts), FocusX = Any(Focus), FocusY = Any(Focus), CreatedAt = now,
        };
    }

    // On shards that every network has.
    private long NextId() => IdLayout.Compose(now.AddMilliseconds(-10_000_000 * (seed + 1L) + (last += random.Next(1, 1000))), random.Next(4), random.Next(1024));

    private T Any<T>(T[] some) => some[random.Next(some.Length)];
}
