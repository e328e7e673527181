using System.Numerics;
using Tintype.Storage.Model;

namespace Tintype.Demo.Population;

/// <summary>
/// Draws a graph of follows like those of real networks: few are followed by very many, most by few, some follow back, and one is
/// followed by everybody. 25 million follows of a million people take seconds and 4 bytes each.
/// </summary>
/// <remarks>
/// People have a rank; a follow falls on rank x (0 to 1) with density (x + e)^-s. With the two constants below, and posts by the most
/// followed tenth, the most seen fifth of the posts makes 80% of what feeds show, and numbers of followers fall off by a power law with
/// exponent 1 + 1/s = 2.03, at the edge of what networks of people have (2 to 3: Newman, "Power laws, Pareto distributions and Zipf's law", 2005). Drawn by inverting the distribution, so every person's
/// follows are drawn alone, from the seed and their number. Departure from growing networks (Barabasi and Albert, 1999): nobody has to
/// know who was drawn before.
/// </remarks>
internal static class PowerLawGraph
{
    private const double Slope = 0.97;
    private const double Flattened = 1e-5;

    // Numbers of people followed: Pareto, of which this is the least, with a mean of about 22.
    private const double LeastFollowed = 8.2;
    private const double Spread = 0.66;
    private const int MostFollowed = 2000;

    // Among few people the famous are soon all followed: so many draws for each follow, then somebody follows fewer.
    private const int DrawsOfOne = 8;

    // One follow in so many is returned, but by the famous.
    private const uint ReturnedOneIn = 4;
    private const double Famous = 0.05;

    /// <param name="seed">The same seed and number draw the same graph.</param>
    public static FollowGraph Draw(int people, int seed)
    {
        var places = new Places(people);
        var drawn = PackedLists.Of(people, new Drawn(places, seed));
        return new FollowGraph(PackedLists.Of(people, new WithReturned(drawn, places, seed)));
    }

    /// <summary>Which number has which rank: spread evenly over all numbers, or the famous would be neighbours on the disk.</summary>
    private sealed class Places(int people)
    {
        private readonly long step = Enumerable.Range((int)(people * 0.618), people).Select(number => Math.Max(1L, number)).First(number => BigInteger.GreatestCommonDivisor(number, people) == 1);

        public int People => people;

        public int OfRank(int rank) => (int)((rank * step + people / 3) % people);

        public bool[] FamousOnes()
        {
            var famous = new bool[people];
            for (var rank = 0; rank <= people * Famous; rank++)
            {
                famous[OfRank(rank)] = true;
            }
            return famous;
        }
    }

    /// <summary>What everybody chooses, and the one whom everybody follows.</summary>
    private sealed class Drawn(Places places, int seed) : Twice
    {
        private static readonly double Low = Math.Pow(Flattened, 1 - Slope), High = Math.Pow(1 + Flattened, 1 - Slope);

        public override IEnumerator<(int, int)> GetEnumerator()
        {
            var star = places.OfRank(0);
            var chosen = new HashSet<int>();
            for (var person = 0; person < places.People; person++)
            {
                if (person != star)
                {
                    yield return (person, star);
                }
                var random = new Numbers(seed, person);
                var wanted = Math.Min(Math.Min(MostFollowed, (places.People - 1) / 2), (int)(LeastFollowed * Math.Pow(1 - random.Next(), -Spread)));
                chosen.Clear();
                chosen.Add(star);
                for (var draw = 0; chosen.Count <= wanted && draw < DrawsOfOne * wanted; draw++)
                {
                    var x = Math.Pow(Low + random.Next() * (High - Low), 1 / (1 - Slope)) - Flattened;
                    var followee = places.OfRank(Math.Clamp((int)(x * places.People), 0, places.People - 1));
                    if (followee != person && chosen.Add(followee))
                    {
                        yield return (person, followee);
                    }
                }
            }
        }
    }

    private sealed class WithReturned(PackedLists drawn, Places places, int seed) : Twice
    {
        public override IEnumerator<(int, int)> GetEnumerator()
        {
            var famous = places.FamousOnes();
            foreach (var (follower, followee) in drawn.Pairs())
            {
                yield return (follower, followee);
                if (!famous[followee] && Numbers.Mix((ulong)seed ^ ((ulong)follower << 32 | (uint)followee)) % ReturnedOneIn == 0)
                {
                    yield return (followee, follower);
                }
            }
        }
    }

    /// <summary>Pairs that are drawn anew, and the same, each time they are asked for: packing asks twice, and they are never all in memory.</summary>
    private abstract class Twice : IEnumerable<(int, int)>
    {
        public abstract IEnumerator<(int, int)> GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): made in no time, one for every person.</summary>
    private struct Numbers(int seed, int person)
    {
        private ulong state = Mix(((ulong)(uint)seed << 32) | (uint)person);

        /// <summary>0 to 1, without 1.</summary>
        public double Next() => (Mix(state += 0x9E3779B97F4A7C15UL) >> 11) * (1.0 / (1UL << 53));

        public static ulong Mix(ulong value)
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
            return value ^ (value >> 31);
        }
    }
}
