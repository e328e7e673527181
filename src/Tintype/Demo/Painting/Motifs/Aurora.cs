using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Curtains of northern light over a black line of spruces and the water below it.</summary>
internal static class Aurora
{
    public static string Paint(Plate plate)
    {
        plate.Grade = Grade.Night with { Bloom = 0.5f };
        var shore = plate.Between(0.66f, 0.8f);
        var (low, high) = plate.Pick((Hex("4dffa0"), Hex("8a4dff")), (Hex("62ffb8"), Hex("3a8cff")), (Hex("a8ff70"), Hex("ff5aa8")));
        plate.Shade((u, v) => Mix(Hex("030714"), Hex("12324a"), Step(0, shore, v)), coarse: 4);
        NightSky.Stars(plate, shore, 900);
        for (var i = plate.Random.Next(2, 4); i > 0; i--)
        {
            Curtain(plate, low, high, plate.Between(0.32f, 0.62f) * shore / 0.7f, plate.Between(0.5f, 1));
        }
        var night = Hour.Blue with { Shade = Hex("04101c"), Haze = Mix(low, Hex("0a2030"), 0.8f) };
        using var ink = Figures.Paint(Hex("03060a"));
        var row = plate.Between(0, 1);
        float Crest(float u) => plate.Height * (shore - 0.03f - (0.16f * Math.Max(0, Noise.Cloud.At((u * 0.3f) + row, row) - 0.35f)));
        using var hill = Figures.Hill(plate, Crest);
        plate.Canvas.DrawPath(hill, ink);
        for (var i = 0; i < 110 * plate.Aspect; i++)
        {
            var u = plate.Between(-0.02f, 1.02f);
            Figures.Spruce(plate, u * plate.Width, Crest(u) + 4, plate.Height * plate.Between(0.02f, 0.1f) * (0.4f + Noise.Cloud.At((u * 1.5f) + row, row)), ink);
        }
        Water.Mirror(plate, shore, night, plate.Between(0.1f, 0.5f));
        return "Northern lights in green curtains over spruces, mirrored in a still lake.";
    }

    private static void Curtain(Plate plate, Vector3 low, Vector3 high, float level, float strength)
    {
        var (row, tilt) = (plate.Between(0, 1), plate.Between(-0.25f, 0.25f));
        var aspect = plate.Aspect;
        plate.Lay((u, v) =>
        {
            var x = u * aspect;
            var sway = ((Noise.Soft.At((x * 0.5f) + row, row) - 0.5f) * 0.7f) + ((Noise.Cloud.At((x * 0.35f) + (v * 0.05f), row + 0.3f) - 0.5f) * 0.22f);
            var foot = level + (tilt * (u - 0.5f)) + sway;
            var up = foot - v;
            // Light follows the field lines: streaks along v, drawn out by sampling one line of noise.
            var streak = 0.35f + (0.65f * Noise.Cloud.At((x * 1.6f) + (sway * 1.4f) + row, row * 5)) + (0.5f * (Noise.Fine.At((x * 0.5f) + row, row) - 0.5f));
            var body = Step(-0.03f, 0.015f, up) * MathF.Exp(-Math.Max(0, up) * (3.4f + (3 * (1 - streak))));
            var c = Mix(low, high, Step(0.02f, 0.38f, up));
            return new(c, Math.Clamp(body * streak * strength * 1.1f, 0, 1));
        }, SKBlendMode.Screen, coarse: 2);
    }
}
