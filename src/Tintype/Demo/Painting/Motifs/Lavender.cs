using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Flower rows that run together at the horizon, a lone tree where they meet.</summary>
internal static class Lavender
{
    public static string Paint(Plate plate)
    {
        var (flower, tip, soil, words) = plate.Pick(
            (Hex("7a58b0"), Hex("b898e0"), Hex("4a3c30"), "lavender"),
            (Hex("d83c48"), Hex("ff8068"), Hex("3c4a28"), "red tulips"),
            (Hex("e8b830"), Hex("ffe070"), Hex("40502c"), "yellow rapeseed"),
            (Hex("e888a8"), Hex("ffc8d4"), Hex("44542c"), "pink tulips"),
            (Hex("5c7c38"), Hex("98b058"), Hex("4c3a26"), "green tea"));
        var hour = plate.Pick(Hour.Golden, Hour.Dawn, Hour.Dusk, Hour.Morning);
        plate.Grade = hour.Grade;
        var horizon = plate.Between(0.36f, 0.5f);
        var (sunU, vanish) = (plate.Between(0.15f, 0.85f), plate.Between(0.3f, 0.7f));
        var sky = new Sky(plate, hour, horizon, sunU, horizon - plate.Between(0.02f, 0.12f), plate.Between(0.3f, 0.6f));
        plate.Shade(sky.At, coarse: 2);
        var row = plate.Between(0, 1);
        using (var far = Figures.Paint(Mix(hour.Haze, hour.Shade, 0.45f)))
        {
            using var hills = Figures.Hill(plate, u => plate.Height * (horizon + 0.01f - Math.Max(0, 0.12f * (Noise.Cloud.At((u * 0.3f) + row, row) - 0.25f))));
            plate.Canvas.DrawPath(hills, far);
        }
        Field(plate, hour, horizon, vanish, sunU, flower, tip, soil, row);
        if (plate.Chance(0.7f))
        {
            Tree(plate, hour, (vanish + plate.Between(-0.12f, 0.12f)) * plate.Width, plate.Height * (horizon + 0.014f), plate.Height * plate.Between(0.06f, 0.11f));
        }
        return $"Rows of {words} running towards the horizon {hour.Words}.";
    }

    private static void Field(Plate plate, Hour hour, float horizon, float vanish, float sunU, Vector3 flower, Vector3 tip, Vector3 soil, float row)
    {
        var rows = plate.Between(1.5f, 2.4f);
        plate.Lay((u, v) =>
        {
            var depth = v - horizon;
            if (depth <= 0)
            {
                return default;
            }
            var far = 0.16f / depth;
            var swell = (Noise.Soft.At((far * 0.1f) + row, row) - 0.5f) * 0.6f;
            var x = ((u - vanish) * plate.Aspect * far * rows * 4) + swell;
            var bushes = Noise.Cloud.At((x * 0.12f) + row, far * 0.9f) - 0.5f;
            var cell = x + (bushes * 0.35f);
            var t = MathF.Abs(cell - MathF.Floor(cell) - 0.5f) * 2;
            var fine = Noise.Fine.At((x * 0.12f) + row, (far * 0.7f) + (t * 0.1f)) - 0.5f;
            var crown = Step(0.82f, 0.5f, t + (fine * 0.45f));
            var round = 1 - (t * t * 0.8f);
            var bloom = Mix(flower * 0.45f, tip, Math.Clamp((round * 0.55f) + (fine * 1.5f) + (bushes * 0.6f), 0, 1));
            var c = Mix(soil * (0.6f + fine), bloom, crown);
            // One flank of each row turns to the sun.
            var flank = (cell - MathF.Floor(cell) - 0.5f) * MathF.Sign(sunU - u);
            var light = (hour.Sun * (0.5f + (0.7f * flank * crown)) * 0.9f) + (hour.Shade * 0.7f);
            c = c * light * 1.25f;
            var glow = Glow((u - sunU) * plate.Aspect, 0.25f) * Step(0.3f, 0, depth);
            return new(Mix(c + (hour.Sun * glow * 0.12f), Mix(hour.Haze, hour.Horizon, 0.4f), MathF.Exp(-depth * 17) * 0.85f), Step(0, 0.003f, depth));
        });
    }

    private static void Tree(Plate plate, Hour hour, float x, float foot, float s)
    {
        using var trunk = Figures.Paint(Hex("20160f"));
        plate.Canvas.DrawRect(x - (s * 0.04f), foot - (s * 0.5f), s * 0.08f, s * 0.52f, trunk);
        for (var i = 0; i < 130; i++)
        {
            var (sin, cos) = MathF.SinCos(plate.Between(0, MathF.Tau));
            var r = MathF.Sqrt(plate.Random.NextSingle());
            using var leaf = Figures.Paint(Mix(Hex("182414"), hour.Haze, plate.Between(0, 0.25f)) * (1 - (sin * 0.3f)));
            plate.Canvas.DrawCircle(x + (cos * r * s * 0.42f), foot - (s * 0.78f) + (sin * r * s * 0.34f), s * plate.Between(0.04f, 0.09f), leaf);
        }
    }
}
