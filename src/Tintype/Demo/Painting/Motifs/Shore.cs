using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>A beach from straight above: deep, shallow, foam, wet sand, dry sand.</summary>
internal static class Shore
{
    public static string Paint(Plate plate)
    {
        var (deep, shallow, sand, words) = plate.Pick(
            (Hex("0c5c7c"), Hex("58c8c0"), Hex("e8d4b0"), "turquoise water and pale sand"),
            (Hex("0c3444"), Hex("2c7c80"), Hex("2c2a2c"), "dark green water and black sand"),
            (Hex("1c4c78"), Hex("80c0d0"), Hex("e0b8a0"), "blue water and pink sand"));
        plate.Grade = Grade.Clean with { Contrast = 0.5f };
        var (sx, sy, slant) = (plate.Between(0, 1), plate.Between(0, 1), plate.Between(-0.5f, 0.5f));
        var (level, turned) = (plate.Between(0.42f, 0.62f), plate.Chance(0.5f));
        plate.Shade((u, v) =>
        {
            var (x, y) = turned ? (v, u * plate.Aspect) : (u * plate.Aspect, v);
            var bay = (Noise.Soft.At((x * 0.22f) + sx, sy) - 0.5f) * 0.45f;
            var line = (turned ? level * plate.Aspect : level) + bay + (slant * (x - 0.5f) * 0.5f);
            return At(x, y, y - line, deep, shallow, sand, sx, sy);
        });
        if (plate.Chance(0.45f))
        {
            Umbrellas(plate, turned, level);
        }
        return $"A beach seen from straight above: {words}, white lines of surf between.";
    }

    private static Vector3 At(float x, float y, float inland, Vector3 deep, Vector3 shallow, Vector3 sand, float sx, float sy)
    {
        var lace = Noise.Ridge.At((x * 1.3f) + sx, (y * 1.3f) + sy);
        var soft = Noise.Cloud.At((x * 0.6f) + sy, (y * 0.6f) + sx) - 0.5f;
        var fine = Noise.Fine.At((x * 0.9f) + sx, (y * 0.9f) + sy) - 0.5f;
        var edge = inland + (soft * 0.06f);
        var offshore = -edge;
        var bottom = Noise.Cloud.At((x * 1.1f) + sx + 0.3f, (y * 0.9f) + sy) - 0.5f;
        var water = Mix(Mix(sand, shallow, 0.75f), shallow, Step(0, 0.07f, offshore));
        water = Mix(water, deep, Step(0.05f, 0.42f, offshore + (bottom * 0.22f)));
        water *= 0.92f + (0.22f * (lace - 0.5f) * Step(0.3f, 0, offshore)) + (fine * 0.1f);
        var foam = 0f;
        for (var wave = 0; wave < 3; wave++)
        {
            var at = (wave * 0.085f) + (0.012f * wave * wave) + ((Noise.Soft.At((x * 0.5f) + (wave * 0.37f), sy + wave) - 0.5f) * 0.07f);
            var d = offshore - at;
            var front = Step(-0.004f, 0.003f, d) * Step(0.05f + (0.02f * wave), 0.002f, d);
            foam = Math.Max(foam, front * Step(0.62f - (front * 0.42f), 0.8f - (front * 0.3f), lace + (fine * 0.4f)) * (1 - (0.2f * wave)));
            foam = Math.Max(foam, Step(0.008f, 0.001f, MathF.Abs(d)) * (0.95f - (0.22f * wave)) * Step(-0.2f, 0.15f, soft + fine + 0.1f));
        }
        var dry = Step(0.035f, 0.11f, edge + (soft * 0.03f));
        var beach = Mix(sand * new Vector3(0.55f, 0.5f, 0.46f), sand, dry) * (1 + (fine * 0.2f) + (soft * 0.22f) + ((lace - 0.5f) * 0.1f * dry));
        var ground = edge > 0.012f ? beach : Mix(water, beach, Step(-0.004f, 0.012f, edge));
        return Mix(ground, new(0.94f, 0.97f, 0.98f), foam);
    }

    private static void Umbrellas(Plate plate, bool turned, float level)
    {
        var cloths = new[] { Hex("e84a3c"), Hex("f4c048"), Hex("3c8ac8"), Hex("f0f0ec"), Hex("f08060"), Hex("2c8a74") };
        for (var i = 0; i < 16; i++)
        {
            var (along, up) = (plate.Between(0.04f, 0.96f), plate.Between(level + 0.28f, 0.97f));
            var (x, y) = turned ? (up * plate.Width, along * plate.Height) : (along * plate.Width, up * plate.Height);
            var r = plate.Height * 0.014f;
            using var shade = new SKPaint { Color = new(20, 14, 30, 110), MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 1.5f) };
            plate.Canvas.DrawOval(x + (r * 0.8f), y + (r * 0.6f), r, r, shade);
            var cloth = plate.Pick<Vector3>(cloths);
            for (var gore = 0; gore < 8; gore++)
            {
                using var paint = Figures.Paint(gore % 2 == 0 ? cloth : Mix(cloth, Vector3.One, 0.65f));
                plate.Canvas.DrawArc(SKRect.Create(x - r, y - r, 2 * r, 2 * r), gore * 45, 45, true, paint);
            }
        }
    }
}
