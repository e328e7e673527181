using SkiaSharp;
using Tintype.Demo.Painting;
using Xunit;

namespace Tintype.Specs.Demo;

public sealed class PainterSpecs
{
    public static TheoryData<string> Motifs => [.. Enum.GetNames<Motif>()];

    [Theory]
    [MemberData(nameof(Motifs))]
    public void Every_motif_becomes_a_picture_that_says_what_is_in_it(string motif)
    {
        var picture = Painter.Paint(Enum.Parse<Motif>(motif), seed: 7);

        using var decoded = SKBitmap.Decode(picture.Jpeg);
        Assert.Equal((picture.Width, picture.Height), (decoded.Width, decoded.Height));
        Assert.InRange(picture.Alt.Length, 30, 200);
        Assert.True(HasManyTones(decoded), "the picture is flat");
    }

    [Fact]
    public void The_same_seed_paints_the_same_picture_and_another_seed_another()
    {
        Assert.Equal(Painter.Paint(Motif.Sea, 3).Jpeg, Painter.Paint(Motif.Sea, 3).Jpeg);
        Assert.NotEqual(Painter.Paint(Motif.Sea, 3).Jpeg, Painter.Paint(Motif.Sea, 4).Jpeg);
    }

    private static bool HasManyTones(SKBitmap bitmap) =>
        Enumerable.Range(0, 2000).Select(i => bitmap.GetPixel(i * 37 % bitmap.Width, i * 53 % bitmap.Height).Green).Distinct().Count() > 40;
}
