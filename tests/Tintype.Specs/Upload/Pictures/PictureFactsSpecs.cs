using Microsoft.Extensions.Logging.Abstractions;
using Tintype.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload.Pictures;

public sealed class PictureFactsSpecs
{
    private static readonly DateTimeOffset Now = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Date_with_its_zone_and_position_are_read()
    {
        var facts = Read(Samples.CameraJpeg());

        Assert.Equal(new DateTimeOffset(2021, 7, 4, 18, 30, 5, TimeSpan.FromHours(2)), facts.TakenAt);
        Assert.NotNull(facts.Position);
        Assert.Equal(47.375, facts.Position.Value.Latitude, precision: 3);
        Assert.Equal(-8.55, facts.Position.Value.Longitude, precision: 3);
    }

    [Fact]
    public void A_picture_without_them_has_no_facts() => Assert.Equal(PictureFacts.None, Read(Samples.Png()));

    [Fact]
    public void Unreadable_metadata_is_as_good_as_none() => Assert.Equal(PictureFacts.None, Read("no picture at all"u8.ToArray()));

    [Fact]
    public void A_date_in_the_future_is_a_clock_that_was_not_set()
    {
        var before = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Null(Samples.InFile(Samples.CameraJpeg(), path => PictureFacts.Read(path, before, NullLogger.Instance)).TakenAt);
    }

    private static PictureFacts Read(byte[] bytes) => Samples.InFile(bytes, path => PictureFacts.Read(path, Now, NullLogger.Instance));
}
