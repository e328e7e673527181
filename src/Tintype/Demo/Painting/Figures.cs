using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting;

/// <summary>Things drawn as shapes: trees, people, birds, the line of a hill.</summary>
internal static class Figures
{
    public static SKPaint Paint(Vector3 colour, float alpha = 1) => new() { Color = Sk(colour, alpha), IsAntialias = true };

    /// <summary>The line of a hill across the picture, filled to the bottom.</summary>
    /// <param name="crest">Height of the line in pixels at u.</param>
    public static SKPath Hill(Plate plate, Func<float, float> crest)
    {
        var path = new SKPath();
        path.MoveTo(-2, plate.Height);
        for (var x = -2; x <= plate.Width + 4; x += 3)
        {
            path.LineTo(x, crest(x / (float)plate.Width));
        }
        path.LineTo(plate.Width + 4, plate.Height);
        path.Close();
        return path;
    }

    /// <summary>A spruce: drooping boughs, each side cut differently.</summary>
    public static void Spruce(Plate plate, float x, float foot, float height, SKPaint paint)
    {
        using var path = new SKPath();
        var boughs = 9 + (int)Math.Min(9, height / 28);
        var lean = plate.Between(-0.015f, 0.015f) * height;
        path.MoveTo(x + lean, foot - height);
        for (var side = 1; side >= -1; side -= 2)
        {
            for (var i = 1; i <= boughs; i++)
            {
                var t = (side > 0 ? i : boughs + 1 - i) / (float)boughs;
                var y = foot - (height * (1 - (t * 0.93f)));
                var reach = height * 0.2f * MathF.Pow(t, 0.85f) * plate.Between(0.62f, 1.12f);
                var inner = x + (lean * (1 - t)) + (side * reach * 0.42f);
                var tip = x + (side * reach);
                if (side > 0)
                {
                    path.LineTo(tip, y + (height * 0.014f));
                    path.LineTo(inner, y - (height * 0.012f));
                }
                else
                {
                    path.LineTo(inner, y - (height * 0.012f));
                    path.LineTo(tip, y + (height * 0.014f));
                }
            }
        }
        path.Close();
        plate.Canvas.DrawPath(path, paint);
        plate.Canvas.DrawRect(x - (height * 0.012f), foot - (height * 0.12f), height * 0.024f, height * 0.13f, paint);
    }

    /// <summary>Somebody standing, seen against the light.</summary>
    public static void Person(Plate plate, float x, float foot, float height, SKPaint paint)
    {
        var canvas = plate.Canvas;
        var h = height;
        var side = plate.Chance(0.5f) ? 1 : -1;
        canvas.DrawOval(x, foot - (h * 0.925f), h * 0.058f, h * 0.072f, paint);
        using var body = new SKPath();
        body.MoveTo(x - (h * 0.03f), foot - (h * 0.87f));
        body.QuadTo(x - (h * 0.12f), foot - (h * 0.83f), x - (h * 0.125f), foot - (h * 0.72f));
        body.QuadTo(x - (h * 0.09f), foot - (h * 0.55f), x - (h * 0.1f), foot - (h * 0.42f));
        body.LineTo(x - (h * 0.085f), foot);
        body.LineTo(x - (h * 0.02f), foot);
        body.LineTo(x - (h * 0.005f), foot - (h * 0.4f));
        body.LineTo(x + (h * 0.035f), foot);
        body.LineTo(x + (h * 0.1f), foot);
        body.LineTo(x + (h * 0.1f), foot - (h * 0.42f));
        body.QuadTo(x + (h * 0.09f), foot - (h * 0.55f), x + (h * 0.125f), foot - (h * 0.72f));
        body.QuadTo(x + (h * 0.12f), foot - (h * 0.83f), x + (h * 0.03f), foot - (h * 0.87f));
        body.Close();
        canvas.DrawPath(body, paint);
        using var arm = paint.Clone();
        arm.IsStroke = true;
        arm.StrokeWidth = h * 0.045f;
        arm.StrokeCap = SKStrokeCap.Round;
        using var arms = new SKPath();
        arms.MoveTo(x - (side * h * 0.1f), foot - (h * 0.79f));
        arms.QuadTo(x - (side * h * 0.16f), foot - (h * 0.6f), x - (side * h * 0.12f), foot - (h * 0.44f));
        arms.MoveTo(x + (side * h * 0.1f), foot - (h * 0.79f));
        arms.QuadTo(x + (side * h * 0.17f), foot - (h * 0.66f), x + (side * h * 0.06f), foot - (h * 0.56f));
        canvas.DrawPath(arms, arm);
    }

    /// <summary>A loose flight of birds.</summary>
    public static void Birds(Plate plate, float x, float y, int count, float size, SKPaint paint)
    {
        using var stroke = paint.Clone();
        stroke.IsStroke = true;
        stroke.StrokeWidth = size * 0.11f;
        stroke.StrokeCap = SKStrokeCap.Round;
        for (var i = 0; i < count; i++)
        {
            var (bx, by) = (x + (plate.Between(-5, 5) * size * 1.6f), y + (plate.Between(-2, 2) * size * 1.5f));
            var (s, lift) = (size * plate.Between(0.5f, 1.1f), plate.Between(-0.15f, 0.4f));
            using var wings = new SKPath();
            wings.MoveTo(bx - s, by - (s * lift));
            wings.QuadTo(bx - (s * 0.4f), by - (s * 0.45f), bx, by);
            wings.QuadTo(bx + (s * 0.4f), by - (s * 0.45f), bx + s, by - (s * lift * 0.7f));
            plate.Canvas.DrawPath(wings, stroke);
        }
    }
}
