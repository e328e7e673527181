using SkiaSharp;
using Tintype.Demo.Painting.Motifs;

namespace Tintype.Demo.Painting;

/// <summary>A finished picture and an honest description of what is in it.</summary>
internal sealed record Painting(byte[] Jpeg, int Width, int Height, string Alt);

/// <summary>Paints pictures that people without a camera roll can share: from a seed, the same seed the same picture.</summary>
internal static class Painter
{
    // About as wide as the largest rendition: more pixels would cost time to paint and nobody would see them.
    private static readonly (int Width, int Height)[] Shapes = [(864, 1080), (960, 960), (1152, 768), (1200, 675)];

    public static Painting Paint(Motif motif, int seed)
    {
        // Neighbouring seeds would begin with neighbouring luck.
        var random = new Random(unchecked((int)((uint)((seed * 64) + (int)motif) * 2654435761u)));
        var (width, height) = Shapes[random.Next(Shapes.Length)];
        using var plate = new Plate(width, height, random.Next());
        var alt = PaintOn(plate, motif);
        Darkroom.Develop(plate);
        return new(plate.ToJpeg(88), width, height, alt);
    }

    private static string PaintOn(Plate plate, Motif motif) => motif switch
    {
        Motif.Alps => Alps.Paint(plate),
        Motif.Dunes => Dunes.Paint(plate),
        Motif.Sea => Sea.Paint(plate),
        Motif.Ridges => Ridges.Paint(plate),
        Motif.Forest => Forest.Paint(plate),
        Motif.City => City.Paint(plate),
        Motif.Aurora => Aurora.Paint(plate),
        Motif.Stars => Stars.Paint(plate),
        Motif.Bokeh => Bokeh.Paint(plate),
        Motif.Leaves => Leaves.Paint(plate),
        Motif.Facade => Facade.Paint(plate),
        Motif.Stairs => Stairs.Paint(plate),
        Motif.Azulejo => Azulejo.Paint(plate),
        Motif.Autumn => Autumn.Paint(plate),
        Motif.Cabin => Cabin.Paint(plate),
        Motif.Rain => Rain.Paint(plate),
        Motif.StillLife => StillLife.Paint(plate),
        Motif.Silhouette => Silhouette.Paint(plate),
        Motif.Harbour => Harbour.Paint(plate),
        Motif.Balloons => Balloons.Paint(plate),
        Motif.Spiral => Spiral.Paint(plate),
        Motif.Lavender => Lavender.Paint(plate),
        Motif.Shore => Shore.Paint(plate),
        Motif.Ink => Ink.Paint(plate),
        _ => throw new ArgumentOutOfRangeException(nameof(motif), motif, "no painter for it"),
    };
}
