using Tintype.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload.Pictures;

public sealed class BlurHashSpecs
{
    [Fact]
    public void One_colour_is_its_average_and_nothing_else()
    {
        // 00: one component; 0: no scale; then the colour in base 83. TSUA is what the published encoder writes for #ffffff.
        Assert.Equal("00TSUA", BlurHash.Encode([255, 255, 255], 1, 1, across: 1, down: 1));
        Assert.Equal("000000", BlurHash.Encode([0, 0, 0], 1, 1, across: 1, down: 1));
    }

    [Fact]
    public void Length_follows_from_the_number_of_components() =>
        Assert.Equal(28, BlurHash.Encode(new byte[32 * 24 * 3], 32, 24, across: 4, down: 3).Length);

    [Fact]
    public void A_light_left_half_shows_in_the_first_cosine_across()
    {
        var rgb = new byte[16 * 3];
        rgb.AsSpan(0, 8 * 3).Fill(255);

        var light = BlurHash.Encode(rgb, 16, 1, across: 2, down: 1);
        rgb.AsSpan().Reverse();
        var dark = BlurHash.Encode(rgb, 16, 1, across: 2, down: 1);

        Assert.NotEqual(light[6..], dark[6..]);
        Assert.Equal(light[2..6], dark[2..6]);
    }
}
