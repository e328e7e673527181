using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>A small house in deep snow with a light in its window.</summary>
internal static class Cabin
{
    public static string Paint(Plate plate)
    {
        var hour = plate.Pick(Hour.Blue, Hour.Dusk, Hour.Dawn, Hour.Storm);
        plate.Grade = Grade.Cold with { Bloom = 0.65f };
        var horizon = plate.Between(0.36f, 0.46f);
        var sky = new Sky(plate, hour, horizon + 0.1f, plate.Between(0, 1), horizon, plate.Between(0.2f, 0.5f));
        plate.Shade(sky.At, coarse: 2);
        var snow = Hex("eef2fa");
        new Terrain(Relief.Hills, plate.Between(0.05f, 0.08f), (h, flat, x, y) => snow * (1 + ((Noise.Fine.At(x * 4, y * 4) - 0.5f) * 0.12f)))
        {
            CameraHeight = plate.Between(0.09f, 0.11f),
            Heading = plate.Between(0.6f, 1.6f),
            Horizon = horizon,
            Near = 0.05f,
            Far = 1.1f,
            Haze = 1.6f,
            SunSlope = 0.35f,
        }.Paint(plate, hour, (u, v) => Mix(hour.Haze, hour.Horizon, 0.4f));
        Woods(plate, hour, horizon);
        var (x, foot, size) = (plate.Width * plate.Between(0.3f, 0.7f), plate.Height * plate.Between(0.66f, 0.74f), plate.Height * plate.Between(0.13f, 0.19f));
        House(plate, hour, x, foot, size);
        Nearest(plate, hour);
        var falling = plate.Chance(0.6f);
        if (falling)
        {
            Snowfall(plate);
        }
        return $"A wooden cabin in deep snow {hour.Words}, warm light in its window{(falling ? ", snow falling" : "")}.";
    }

    private static void Woods(Plate plate, Hour hour, float horizon)
    {
        for (var layer = 0; layer < 3; layer++)
        {
            using var ink = Figures.Paint(Mix(Mix(hour.Haze, hour.Horizon, 0.3f) * 0.75f, Hex("101c24"), 0.3f + (0.28f * layer)));
            var (row, level) = (plate.Between(0, 1), horizon + 0.05f + (0.045f * layer));
            for (var i = 0; i < 75 * plate.Aspect; i++)
            {
                var u = plate.Between(-0.03f, 1.03f);
                var grove = Noise.Cloud.At((u * 0.8f) + row, row);
                if (grove > 0.42f)
                {
                    Figures.Spruce(plate, u * plate.Width, plate.Height * (level + (0.02f * (grove - 0.5f))), plate.Height * plate.Between(0.05f, 0.11f) * (0.7f + (layer * 0.35f)), ink);
                }
            }
        }
    }

    private static void House(Plate plate, Hour hour, float x, float foot, float s)
    {
        var canvas = plate.Canvas;
        plate.Shine(x + (s * 0.25f), foot, s * 2.6f, Hex("ff9a44"), 0.5f);
        using var wood = Figures.Paint(Hex("4a3022") * 0.6f);
        using var gable = Figures.Paint(Hex("5c3c2a") * 0.75f);
        using var snow = Figures.Paint(Mix(hour.Shade, Hex("f4f6ff"), 0.7f));
        using var seam = new SKPaint { Color = new(10, 6, 6, 110), StrokeWidth = s * 0.008f, IsAntialias = true };
        canvas.DrawRect(x - s, foot - (s * 0.5f), s * 2, s * 0.56f, wood);
        for (var y = foot - (s * 0.44f); y < foot; y += s * 0.07f)
        {
            canvas.DrawLine(x - s, y, x + s, y, seam);
        }
        using var front = new SKPath();
        front.AddPoly([new(x - (s * 0.1f), foot + (s * 0.06f)), new(x - (s * 0.1f), foot - (s * 0.5f)), new(x + (s * 0.45f), foot - s), new(x + s, foot - (s * 0.5f)), new(x + s, foot + (s * 0.06f))]);
        canvas.DrawPath(front, gable);
        using var roof = new SKPath();
        roof.AddPoly([new(x - (s * 1.14f), foot - (s * 0.46f)), new(x - (s * 0.6f), foot - (s * 1.05f)), new(x + (s * 0.45f), foot - (s * 1.12f)), new(x - (s * 0.16f), foot - (s * 0.46f))]);
        canvas.DrawPath(roof, snow);
        using var eave = new SKPath();
        eave.AddPoly([new(x + (s * 0.4f), foot - (s * 1.12f)), new(x + (s * 0.5f), foot - (s * 1.12f)), new(x + (s * 1.12f), foot - (s * 0.46f)), new(x + s, foot - (s * 0.46f)), new(x + (s * 0.45f), foot - (s * 0.98f))]);
        canvas.DrawPath(eave, snow);
        canvas.DrawRect(x - (s * 0.72f), foot - (s * 1.3f), s * 0.16f, s * 0.36f, gable);
        canvas.DrawRect(x - (s * 0.74f), foot - (s * 1.33f), s * 0.2f, s * 0.06f, snow);
        Lit(plate, x + (s * 0.28f), foot - (s * 0.42f), s * 0.34f, s * 0.26f);
        Lit(plate, x - (s * 0.75f), foot - (s * 0.36f), s * 0.26f, s * 0.2f);
        Smoke(plate, x - (s * 0.64f), foot - (s * 1.33f), s, hour);
        using var drift = new SKPaint { Color = Sk(Mix(hour.Shade, Hex("f4f6ff"), 0.55f), 0.5f), MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, s * 0.04f) };
        for (var i = 0; i < 7; i++)
        {
            canvas.DrawOval(x + (s * plate.Between(-0.9f, 0.9f)), foot + (s * 0.08f), s * plate.Between(0.2f, 0.4f), s * plate.Between(0.03f, 0.06f), drift);
        }
    }

    private static void Lit(Plate plate, float x, float y, float w, float h)
    {
        using var shader = SKShader.CreateRadialGradient(new(x + (w / 2), y + (h / 2)), w, [Sk(Hex("fff0b0")), Sk(Hex("ff9c3c"))], SKShaderTileMode.Clamp);
        using var glass = new SKPaint { Shader = shader };
        using var bar = new SKPaint { Color = new(40, 20, 12), StrokeWidth = w * 0.07f };
        plate.Canvas.DrawRect(x, y, w, h, glass);
        plate.Canvas.DrawLine(x + (w / 2), y, x + (w / 2), y + h, bar);
        plate.Canvas.DrawLine(x, y + (h / 2), x + w, y + (h / 2), bar);
        plate.Shine(x + (w / 2), y + (h / 2), w * 2.6f, Hex("ffac54"), 0.75f);
    }

    private static void Smoke(Plate plate, float x, float y, float s, Hour hour)
    {
        using var puff = new SKPaint { MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, s * 0.06f) };
        for (var i = 0; i < 16; i++)
        {
            var t = i / 15f;
            puff.Color = Sk(Mix(hour.Horizon, Hex("e8ecf4"), 0.4f), 0.24f * (1 - t));
            plate.Canvas.DrawCircle(x + (s * t * t * 0.7f) + plate.Between(-4, 4), y - (s * t * 1.2f), s * (0.05f + (0.17f * t)), puff);
        }
    }

    private static void Nearest(Plate plate, Hour hour)
    {
        using var ink = Figures.Paint(Mix(hour.Shade, Hex("060c12"), 0.8f));
        for (var i = plate.Random.Next(2, 5); i > 0; i--)
        {
            var u = plate.Chance(0.5f) ? plate.Between(-0.02f, 0.16f) : plate.Between(0.84f, 1.02f);
            Figures.Spruce(plate, u * plate.Width, plate.Height * plate.Between(0.88f, 1.02f), plate.Height * plate.Between(0.4f, 0.75f), ink);
        }
    }

    private static void Snowfall(Plate plate)
    {
        using var flake = new SKPaint { IsAntialias = true };
        for (var i = 0; i < 520; i++)
        {
            var near = MathF.Pow(plate.Random.NextSingle(), 6);
            flake.Color = new(255, 255, 255, (byte)(70 + (90 * plate.Random.NextSingle())));
            plate.Canvas.DrawCircle(plate.Between(0, plate.Width), plate.Between(0, plate.Height), 0.8f + (5 * near), flake);
        }
    }
}
