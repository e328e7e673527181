using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>A street after rain at night: signs, lamps, somebody under an umbrella, and all of it again in the wet ground.</summary>
internal static class Rain
{
    private static readonly Vector3[] Signs = [Hex("ff4a6a"), Hex("38d0ff"), Hex("ffb03c"), Hex("ff7a3c"), Hex("8a6aff"), Hex("5affc0")];

    public static string Paint(Plate plate)
    {
        plate.Grade = Grade.Night with { Bloom = 0.9f };
        var (vanishU, horizon) = (plate.Between(0.38f, 0.62f), plate.Between(0.5f, 0.58f));
        var haze = plate.Pick(Hex("2c4a68"), Hex("4a3058"), Hex("58402c"), Hex("1c4a4c"));
        plate.Shade((u, v) => (haze * 0.16f) + (haze * (1.6f * Glow(MathF.Sqrt(MathF.Pow((u - vanishU) * plate.Aspect, 2) + MathF.Pow(v - horizon + 0.06f, 2)), 0.17f))), coarse: 4);
        for (var side = -1; side <= 1; side += 2)
        {
            Houses(plate, vanishU * plate.Width, horizon * plate.Height, side, haze);
        }
        Lamps(plate, vanishU, horizon);
        Water.Mirror(plate, horizon + 0.012f, Hour.Blue with { Shade = haze * 0.12f, Haze = haze * 0.2f }, 1.5f);
        using var ink = Figures.Paint(Hex("06070c"));
        var (x, foot, size) = (plate.Width * (vanishU + plate.Between(-0.12f, 0.12f)), plate.Height * plate.Between(0.76f, 0.88f), plate.Height * plate.Between(0.24f, 0.36f));
        Walker(plate, x, foot, size, ink);
        Drops(plate);
        return "A wet street at night, coloured signs reflected in the ground, somebody walking with an umbrella.";
    }

    private static void Houses(Plate plate, float vanishX, float vanishY, int side, Vector3 haze)
    {
        const int depth = 9;
        for (var i = 0; i < depth; i++)
        {
            // Each house is nearer by a constant factor: equal houses along a street.
            var (far, near) = (0.07f * MathF.Pow(1.42f, i), 0.07f * MathF.Pow(1.42f, i + 1));
            var reach = plate.Height * 0.62f;
            var (x0, x1) = (vanishX + (side * far * reach * 0.9f), vanishX + (side * near * reach * 0.9f));
            var tall = plate.Between(0.7f, 1.25f);
            var (top0, top1) = (vanishY - (far * reach * 1.6f * tall), vanishY - (near * reach * 1.6f * tall));
            using var wall = Figures.Paint(Mix(haze * 0.5f, Hex("07090f"), 0.35f + (0.65f * i / depth)));
            using var path = new SKPath();
            path.AddPoly([new(x0, top0), new(x1, top1), new(x1, vanishY + (near * reach * 0.4f)), new(x0, vanishY + (far * reach * 0.4f))]);
            plate.Canvas.DrawPath(path, wall);
            for (var w = 0; w < 10; w++)
            {
                Window(plate, x0, x1, top0, top1, vanishY, plate.Between(0.08f, 0.88f), plate.Between(0.12f, 0.72f), near);
            }
            Shop(plate, x0, x1, vanishY, far * reach, near * reach);
            if (plate.Chance(0.75f))
            {
                Sign(plate, Mix(x0, x1, plate.Between(0.2f, 0.8f)), vanishY - (near * reach * plate.Between(0.25f, 0.8f)), near * reach, side);
            }
        }
    }

    private static void Window(Plate plate, float x0, float x1, float top0, float top1, float base0, float across, float up, float near)
    {
        if (plate.Chance(0.45f))
        {
            return;
        }
        var x = Mix(x0, x1, across);
        var y = Mix(base0, Mix(top0, top1, across), 0.25f + up);
        using var paint = Figures.Paint(plate.Pick(Hex("ffc878"), Hex("ffe4b0"), Hex("a8d0ff")) * 0.8f, plate.Between(0.3f, 0.9f));
        var size = near * plate.Height * 0.035f;
        plate.Canvas.DrawRect(x - (size * 0.4f), y, size * 0.8f, size * 1.3f, paint);
    }

    private static void Shop(Plate plate, float x0, float x1, float baseline, float far, float near)
    {
        var colour = plate.Pick(Hex("ffd090"), Hex("fff0d0"), Hex("ffb060"), Hex("c8e4ff"));
        using var path = new SKPath();
        path.AddPoly([new(Mix(x0, x1, 0.12f), baseline - (far * 0.13f)), new(Mix(x0, x1, 0.86f), baseline - (near * 0.13f)), new(Mix(x0, x1, 0.86f), baseline + (near * 0.28f)), new(Mix(x0, x1, 0.12f), baseline + (far * 0.28f))]);
        using var paint = Figures.Paint(colour, plate.Between(0.25f, 0.85f));
        plate.Canvas.DrawPath(path, paint);
        plate.Shine((x0 + x1) / 2, baseline, near * 0.6f, colour, 0.35f);
    }

    private static void Sign(Plate plate, float x, float y, float size, int side)
    {
        var colour = plate.Pick<Vector3>(Signs);
        var (w, h) = plate.Chance(0.5f) ? (size * 0.07f, size * 0.3f) : (size * 0.2f, size * 0.085f);
        x -= side * w;
        plate.Shine(x, y, size * 0.55f, colour, 0.8f);
        using var board = Figures.Paint(colour * 0.25f);
        using var tube = new SKPaint { Color = Sk(Mix(colour, Vector3.One, 0.45f) * 1.4f), IsStroke = true, StrokeWidth = Math.Max(1.5f, size * 0.011f), IsAntialias = true, StrokeCap = SKStrokeCap.Round };
        plate.Canvas.DrawRoundRect(x - w, y - h, 2 * w, 2 * h, w * 0.2f, w * 0.2f, board);
        plate.Canvas.DrawRoundRect(x - w, y - h, 2 * w, 2 * h, w * 0.2f, w * 0.2f, tube);
        var marks = Math.Max(2, (int)(Math.Max(w, h) / Math.Min(w, h)));
        for (var i = 0; i < marks; i++)
        {
            var t = ((i + 0.5f) / marks * 2) - 1;
            var (cx, cy, r) = h > w ? (x, y + (t * h), w * 0.5f) : (x + (t * w), y, h * 0.5f);
            if (plate.Chance(0.3f))
            {
                plate.Canvas.DrawLine(cx - (r * 0.7f), cy - (r * 0.7f), cx + (r * 0.7f), cy + (r * 0.7f), tube);
                plate.Canvas.DrawLine(cx + (r * 0.6f), cy - (r * 0.7f), cx - (r * 0.7f), cy + (r * 0.7f), tube);
            }
            else if (plate.Chance(0.3f))
            {
                plate.Canvas.DrawRect(cx - (r * 0.6f), cy - (r * 0.7f), r * 1.2f, r * 1.4f, tube);
                plate.Canvas.DrawLine(cx - (r * 0.6f), cy, cx + (r * 0.6f), cy, tube);
            }
            else
            {
                plate.Canvas.DrawLine(cx - (r * 0.7f), cy - (r * 0.5f), cx + (r * 0.7f), cy - (r * 0.5f), tube);
                plate.Canvas.DrawLine(cx, cy - (r * 0.5f), cx, cy + (r * 0.8f), tube);
            }
        }
    }

    private static void Lamps(Plate plate, float vanishU, float horizon)
    {
        for (var i = 0; i < 6; i++)
        {
            var near = 0.05f * MathF.Pow(1.55f, i);
            foreach (var side in (ReadOnlySpan<int>)[-1, 1])
            {
                plate.Shine((vanishU * plate.Width) + (side * near * plate.Height * 0.42f), plate.Height * (horizon - (near * 0.6f)), plate.Height * near * 0.28f, Hex("ffd8a0"), 0.9f);
            }
        }
        plate.Shine(vanishU * plate.Width, horizon * plate.Height, plate.Height * 0.1f, Hex("ffe8c8"), 0.8f);
    }

    private static void Walker(Plate plate, float x, float foot, float size, SKPaint ink)
    {
        Figures.Person(plate, x, foot, size, ink);
        using var umbrella = new SKPath();
        var (top, r) = (foot - (size * 1.02f), size * 0.36f);
        umbrella.MoveTo(x - r, top + (r * 0.42f));
        umbrella.CubicTo(x - (r * 0.9f), top - (r * 0.5f), x + (r * 0.9f), top - (r * 0.5f), x + r, top + (r * 0.42f));
        for (var i = 3; i >= 0; i--)
        {
            umbrella.QuadTo(x - r + ((i + 0.5f) * r * 0.5f), top + (r * 0.26f), x - r + (i * r * 0.5f), top + (r * 0.42f));
        }
        plate.Canvas.DrawPath(umbrella, ink);
        using var mirror = new SKPaint { Color = new(4, 5, 10, 120), MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, size * 0.03f) };
        plate.Canvas.DrawOval(x, foot + (size * 0.3f), size * 0.12f, size * 0.32f, mirror);
    }

    private static void Drops(Plate plate)
    {
        using var drop = new SKPaint { IsStroke = true, IsAntialias = true, StrokeWidth = 1.1f };
        for (var i = 0; i < 260; i++)
        {
            drop.Color = new(210, 225, 255, (byte)plate.Random.Next(18, 60));
            var (x, y, length) = (plate.Between(0, plate.Width), plate.Between(-30, plate.Height), plate.Between(14, 46));
            plate.Canvas.DrawLine(x, y, x - (length * 0.12f), y + length, drop);
        }
    }
}
