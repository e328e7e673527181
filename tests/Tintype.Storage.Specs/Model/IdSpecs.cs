using CsCheck;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Storage.Specs.Model;

/// <summary>What every row and every client relies on: an id says where and when, and later ids are greater.</summary>
public sealed class IdSpecs
{
    private static readonly Gen<(DateTimeOffset Time, int Shard, int Sequence)> Parts = Gen.Select(
        Gen.Long[0, (1L << 40) - 1].Select(ms => IdLayout.Epoch.AddMilliseconds(ms)), Gen.Int[0, IdLayout.MaxShards - 1], Gen.Int[0, 1023]);

    [Fact]
    public void An_id_says_its_shard_and_its_moment() =>
        Parts.Sample(parts =>
        {
            var id = new PostId(IdLayout.Compose(parts.Time, parts.Shard, parts.Sequence));
            return id.Value >= 0 && id.Shard == parts.Shard && id.Time == parts.Time;
        });

    [Fact]
    public void Ids_of_a_later_millisecond_are_greater_on_whatever_shards() =>
        Gen.Select(Parts, Parts).Where((a, b) => a.Time < b.Time).Sample((a, b) =>
            IdLayout.Compose(a.Time, a.Shard, a.Sequence) < IdLayout.Compose(b.Time, b.Shard, b.Sequence)
            && IdLayout.Floor(b.Time) <= IdLayout.Compose(b.Time, b.Shard, b.Sequence));

    [Fact]
    public void An_id_on_the_wire_comes_back_the_same() =>
        Gen.Long[1, long.MaxValue].Sample(value => PostId.Parse(new PostId(value).ToString()) == new PostId(value)
            && System.Text.Json.JsonSerializer.Deserialize<PostId>(System.Text.Json.JsonSerializer.Serialize(new PostId(value))) == new PostId(value));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    [InlineData("abc")]
    [InlineData(null)]
    public void What_is_not_an_id_is_refused(string? text) => Assert.False(PostId.TryParse(text, null, out _));

    [Fact]
    public void Ids_rise_strictly_per_shard_whatever_the_clock_does() =>
        Gen.Select(Gen.Int[-5_000, 5_000], Gen.Int[1, 2_000]).Array[1, 10].Sample(steps =>
        {
            var clock = new SetClock();
            var ids = new IdGenerator(clock, 64);
            var last = new PostId(0);
            foreach (var (milliseconds, draws) in steps)
            {
                clock.Move(TimeSpan.FromMilliseconds(milliseconds));
                for (var draw = 0; draw < draws; draw++)
                {
                    var next = ids.Next<Post>(7);
                    Assert.True(next > last, $"{next} came after {last}");
                    Assert.Equal(7, next.Shard);
                    last = next;
                }
            }
        }, iter: 200);

    [Fact]
    public async Task Threads_that_draw_at_once_never_draw_the_same()
    {
        var ids = new IdGenerator(new SetClock(), 4);

        var drawn = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 5_000).Select(draw => ids.Next<Post>(draw % 4)).ToArray())));

        Assert.Equal(40_000, drawn.SelectMany(some => some).Distinct().Count());
    }

    [Fact]
    public void What_stands_beside_a_row_is_on_its_shard()
    {
        var ids = new IdGenerator(TimeProvider.System, 64);
        for (var draw = 0; draw < 1_000; draw++)
        {
            var author = ids.NextAnywhere<Account>();
            Assert.Equal(author.Shard, ids.NextBeside<Post, Account>(author).Shard);
            Assert.InRange(author.Shard, 0, 63);
        }
    }
}
