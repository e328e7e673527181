using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>A seed head or grass with dew, close, before a background that is only discs of light.</summary>
internal static class Bokeh
{
    public static string Paint(Plate plate)
    {
        var (back, deep, lights) = plate.Pick(
            (Hex("5a7a3c"), Hex("0c1c10"), new[] { Hex("e8f0a0"), Hex("b8d878"), Hex("fff8d0") }),
            (Hex("b0603a"), Hex("20100c"), new[] { Hex("ffc078"), Hex("ffe0a8"), Hex("ff9058") }),
            (Hex("3a5a88"), Hex("081020"), new[] { Hex("a8d0ff"), Hex("e8f4ff"), Hex("88a8ff") }),
            (Hex("904a6a"), Hex("1c0a18"), new[] { Hex("ffb8d0"), Hex("ffe0e8"), Hex("ff90a0") }));
        plate.Grade = Grade.Clean with { Bloom = 0.45f };
        var (sx, sy) = (plate.Between(0, 1), plate.Between(0, 1));
        plate.Shade((u, v) => Mix(deep, back, Noise.Soft.At((u * 0.28f * plate.Aspect) + sx, (v * 0.28f) + sy) * 1.25f * (1.15f - v)), coarse: 4);
        Discs(plate, lights, 46, 0.02f, 0.085f, 0.3f);
        plate.Blur(7);
        Discs(plate, lights, 22, 0.015f, 0.06f, 0.4f);
        plate.Blur(2.2f);
        var dandelion = plate.Chance(0.55f);
        if (dandelion)
        {
            Dandelion(plate, lights, plate.Width * plate.Between(0.34f, 0.66f), plate.Height * plate.Between(0.34f, 0.5f), plate.Height * plate.Between(0.17f, 0.25f));
        }
        else
        {
            Blades(plate, back, deep);
        }
        return dandelion ? "A dandelion clock close up before soft discs of light." : "Blades of grass with dew drops close up, the background melting into discs of light.";
    }

    private static void Discs(Plate plate, Vector3[] lights, int count, float small, float large, float strength)
    {
        using var disc = new SKPaint { IsAntialias = true, BlendMode = SKBlendMode.Screen };
        using var rim = new SKPaint { IsAntialias = true, BlendMode = SKBlendMode.Screen, IsStroke = true, StrokeWidth = 3 };
        for (var i = 0; i < count * plate.Aspect; i++)
        {
            var (x, y) = (plate.Between(-0.05f, 1.05f) * plate.Width, MathF.Pow(plate.Random.NextSingle(), 1.3f) * plate.Height);
            var (r, c, a) = (plate.Between(small, large) * plate.Height, plate.Pick<Vector3>(lights), strength * plate.Between(0.25f, 1));
            disc.Color = Sk(c, a);
            rim.Color = Sk(c, a * 0.55f);
            plate.Canvas.DrawCircle(x, y, r, disc);
            plate.Canvas.DrawCircle(x, y, r, rim);
        }
    }

    private static void Dandelion(Plate plate, Vector3[] lights, float x, float y, float radius)
    {
        using var line = new SKPaint { IsAntialias = true, IsStroke = true, StrokeCap = SKStrokeCap.Round };
        using var stem = new SKPath();
        stem.MoveTo(x, y);
        stem.QuadTo(x + (radius * 0.15f), y + (radius * 2), x + plate.Between(-1, 1) * radius, plate.Height + 20);
        line.Color = Sk(Mix(lights[0], Hex("3a4a20"), 0.75f));
        line.StrokeWidth = radius * 0.06f;
        plate.Canvas.DrawPath(stem, line);
        for (var i = 0; i < 150; i++)
        {
            // Evenly over a ball (Fibonacci), so that the near ones overlap the rim.
            var z = 1 - (2 * (i + 0.5f) / 150);
            var (sin, cos) = MathF.SinCos(i * 2.39996f);
            var flat = MathF.Sqrt(1 - (z * z));
            var (tipX, tipY) = (x + (cos * flat * radius), y + (sin * flat * radius));
            var alpha = 0.45f + (0.45f * (z + 1) / 2);
            line.Color = Sk(Mix(lights[2], Hex("c8b898"), 0.3f), alpha);
            line.StrokeWidth = 1.1f;
            plate.Canvas.DrawLine(x + (cos * flat * radius * 0.1f), y + (sin * flat * radius * 0.1f), tipX, tipY, line);
            for (var hair = 0; hair < 13; hair++)
            {
                var (hs, hc) = MathF.SinCos((hair / 13f * MathF.Tau) + i);
                var spread = radius * 0.15f * plate.Between(0.75f, 1.1f);
                line.StrokeWidth = 0.9f;
                plate.Canvas.DrawLine(tipX, tipY, tipX + (cos * flat * spread * 0.5f) + (hc * spread * 0.8f), tipY + (sin * flat * spread * 0.5f) + (hs * spread * 0.8f), line);
            }
        }
        using var heart = Figures.Paint(Hex("5a4028"));
        plate.Canvas.DrawCircle(x, y, radius * 0.1f, heart);
        plate.Shine(x, y, radius * 1.5f, lights[2], 0.14f);
    }

    private static void Blades(Plate plate, Vector3 back, Vector3 deep)
    {
        for (var i = 0; i < 13 * plate.Aspect; i++)
        {
            var near = i / (13 * plate.Aspect);
            var x = plate.Between(0, 1) * plate.Width;
            var (height, width) = (plate.Height * plate.Between(0.35f, 0.82f), plate.Height * plate.Between(0.007f, 0.014f));
            var bend = plate.Between(-0.3f, 0.3f) * height;
            var (tipX, tipY) = (x + bend, plate.Height - height);
            using var blade = new SKPath();
            blade.MoveTo(x - width, plate.Height);
            blade.QuadTo(x - width + (bend * 0.15f), plate.Height - (height * 0.65f), tipX, tipY);
            blade.QuadTo(x + width + (bend * 0.15f), plate.Height - (height * 0.6f), x + width, plate.Height);
            using var shader = SKShader.CreateLinearGradient(new(x - width, 0), new(x + width, 0), [Sk(Mix(deep, back, 0.5f)), Sk(back * 1.7f), Sk(Mix(deep, back, 0.8f))], SKShaderTileMode.Mirror);
            using var paint = new SKPaint { Shader = shader, IsAntialias = true };
            plate.Canvas.DrawPath(blade, paint);
            for (var drop = 0; drop < 4; drop++)
            {
                var t = plate.Between(0.25f, 0.98f);
                // The same quadratic curve as the blade's edge.
                var (a, b, c) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t);
                Drop(plate, (a * x) + (b * (x + (bend * 0.15f))) + (c * tipX), (a * plate.Height) + (b * (plate.Height - (height * 0.62f))) + (c * tipY), plate.Height * plate.Between(0.004f, 0.016f) * (0.6f + near), back);
            }
        }
    }

    private static void Drop(Plate plate, float x, float y, float r, Vector3 back)
    {
        using var shader = SKShader.CreateRadialGradient(new(x + (r * 0.25f), y + (r * 0.4f)), r * 1.3f, [Sk(back * 2.6f), Sk(back * 0.9f), Sk(back * 0.2f)], [0, 0.6f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        plate.Canvas.DrawCircle(x, y, r, paint);
        using var spark = Figures.Paint(Hex("ffffff"), 0.95f);
        plate.Canvas.DrawCircle(x - (r * 0.35f), y - (r * 0.4f), r * 0.22f, spark);
    }
}
