using CsCheck;
using Tintype.Storage.Feeds;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Storage.Specs.Feeds;

public sealed class SortedIdsSpecs
{
    /// <summary>Against a plain set: whatever is pushed and removed in whatever order, all at or above the floor is there, and nothing that a reader took changes.</summary>
    [Fact]
    public void Whatever_is_pushed_and_removed_the_newest_are_there_once() =>
        Gen.Select(Gen.Long[1, 60].Array[0, 25], Gen.Select(Gen.Bool, Gen.Long[1, 120]).Array[0, 150], Gen.Int[1, 12]).Sample((built, steps, open) =>
        {
            const int most = 20;
            var model = built.ToHashSet();
            var ids = new SortedIds(most, open);
            ids.Replace([.. model.Order()], 0);
            var taken = new List<(FeedIds Ids, long[] Copy)>();
            foreach (var (add, id) in steps)
            {
                if (add)
                {
                    ids.Add(id);
                    model.Add(id);
                }
                else
                {
                    ids.Remove(id);
                    model.Remove(id);
                }
                var now = ids.Snapshot;
                taken.Add((now, [.. now.Rising]));
                Assert.Equal(model.Where(known => known >= now.Floor).Order(), now.Rising);
                Assert.InRange(now.Rising.Count, 0, most + most / 8);
            }
            Assert.All(taken, one => Assert.Equal(one.Copy.Length, one.Ids.Count));
            Assert.All(taken, one => Assert.Equal<IEnumerable<long>>(one.Copy, one.Ids.Rising));
        }, iter: 2000);

    /// <summary>Two hundred people are followed, each of whom posts once a day: the newest 800 posts of theirs.</summary>
    [Fact]
    public void A_full_list_of_posts_some_minutes_apart_takes_less_than_seven_bytes_an_id()
    {
        var random = new Random(1);
        var at = DateTimeOffset.UnixEpoch.AddYears(56);
        var ids = new SortedIds(800);
        ids.Replace([], 0);
        for (var n = 0; n < 2000; n++)
        {
            at += TimeSpan.FromSeconds(-432 * Math.Log(1 - random.NextDouble()));
            ids.Add(IdLayout.Compose(at, random.Next(64), random.Next(1024)));
        }

        Assert.InRange((double)ids.Bytes / ids.Snapshot.Count, 5, 7);
    }

    [Fact]
    public void Packed_ids_are_what_was_packed_whatever_lies_between_them() =>
        Gen.Select(Gen.Long[1, long.MaxValue - 1].Array[0, 30], Gen.Long[1, long.MaxValue - 1].Array[0, 30], Gen.Int[0, 40]).Sample((some, others, oldest) =>
        {
            long[] all = [.. some.Concat(others).Distinct().Order()];
            var (first, rest) = (all[..(all.Length / 2)], all[(all.Length / 2)..]);

            var packed = PackedIds.Append(PackedIds.Of(first), rest)?.Without(oldest);

            Assert.Equal(all.Skip(oldest), packed?.ToArray() ?? []);
        }, iter: 2000);
}
