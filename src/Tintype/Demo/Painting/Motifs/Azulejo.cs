using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Painted tiles: a quarter drawn once and mirrored, each tile fired a little differently.</summary>
internal static class Azulejo
{
    public static string Paint(Plate plate)
    {
        var (glaze, inks, words) = plate.Pick(
            (Hex("f2f0e6"), new[] { Hex("1c4a9c"), Hex("3c78c0"), Hex("123468") }, "blue and white"),
            (Hex("f0e8d4"), new[] { Hex("2c6a5c"), Hex("d89a34"), Hex("1c4440") }, "green and ochre"),
            (Hex("efe6d6"), new[] { Hex("b8482c"), Hex("1c4a7c"), Hex("e0a848") }, "red, blue and yellow"),
            (Hex("dfe8e6"), new[] { Hex("1c7a8c"), Hex("0c4450"), Hex("88c0c0") }, "turquoise"));
        plate.Grade = Grade.Matte with { Fade = 0.25f, Vignette = 0.5f };
        var across = plate.Random.Next(3, 6);
        var size = MathF.Max(plate.Width, plate.Height) / across;
        using var cell = Tile(plate, (int)size, glaze, inks);
        plate.Canvas.Clear(Sk(Hex("6a6258")));
        for (var y = -size * 0.3f; y < plate.Height; y += size)
        {
            for (var x = -size * 0.2f; x < plate.Width; x += size)
            {
                for (var quarter = 0; quarter < 4; quarter++)
                {
                    plate.Canvas.Save();
                    plate.Canvas.Translate(x + (size / 2), y + (size / 2));
                    plate.Canvas.RotateDegrees((quarter * 90) + plate.Between(-0.25f, 0.25f));
                    plate.Canvas.Scale(0.496f, 0.496f);
                    plate.Canvas.DrawImage(cell, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
                    using var tone = new SKPaint { Color = plate.Chance(0.5f) ? new(20, 14, 0, (byte)plate.Random.Next(34)) : new(255, 250, 240, (byte)plate.Random.Next(26)) };
                    plate.Canvas.DrawRect(0, 0, size, size, tone);
                    plate.Canvas.Restore();
                }
            }
        }
        Sheen(plate);
        return $"A wall of {words} painted tiles, the pattern repeating with small differences from tile to tile.";
    }

    private static SKImage Tile(Plate plate, int size, Vector3 glaze, Vector3[] inks)
    {
        using var surface = SKSurface.Create(new SKImageInfo(size, size));
        var canvas = surface.Canvas;
        var s = (float)size;
        canvas.Clear(Sk(glaze));
        using var fill = new SKPaint { IsAntialias = true };
        using var line = new SKPaint { IsAntialias = true, IsStroke = true, StrokeCap = SKStrokeCap.Round };
        Quarter(plate, canvas, s, inks, fill, line);
        using var edge = new SKPaint { IsStroke = true, Color = new(60, 50, 40, 90), StrokeWidth = s * 0.008f };
        canvas.DrawRect(0, 0, s, s, edge);
        return surface.Snapshot();
    }

    private static void Quarter(Plate plate, SKCanvas canvas, float s, Vector3[] inks, SKPaint fill, SKPaint line)
    {
        var petals = plate.Random.Next(2, 5);
        fill.Color = Sk(inks[1], 0.9f);
        canvas.DrawCircle(0, 0, s * plate.Between(0.1f, 0.2f), fill);
        for (var i = 0; i <= petals; i++)
        {
            var angle = 90f * i / petals;
            var reach = s * (i % 2 == 0 ? 0.62f : 0.46f);
            canvas.Save();
            canvas.RotateDegrees(angle);
            fill.Color = Sk(inks[i % 2 == 0 ? 0 : 2], 0.92f);
            using var petal = new SKPath();
            petal.MoveTo(s * 0.12f, 0);
            petal.CubicTo(s * 0.3f, s * 0.16f, reach * 0.85f, s * 0.12f, reach, 0);
            petal.CubicTo(reach * 0.85f, -s * 0.12f, s * 0.3f, -s * 0.16f, s * 0.12f, 0);
            canvas.DrawPath(petal, fill);
            line.Color = Sk(inks[1]);
            line.StrokeWidth = s * 0.012f;
            canvas.DrawLine(s * 0.2f, 0, reach * 0.85f, 0, line);
            canvas.Restore();
        }
        line.Color = Sk(inks[0], 0.95f);
        line.StrokeWidth = s * plate.Between(0.03f, 0.055f);
        canvas.DrawCircle(s, s, s * plate.Between(0.44f, 0.6f), line);
        line.StrokeWidth = s * 0.014f;
        canvas.DrawCircle(s, s, s * 0.38f, line);
        fill.Color = Sk(inks[2], 0.95f);
        canvas.DrawCircle(s, s, s * plate.Between(0.14f, 0.26f), fill);
        fill.Color = Sk(inks[1]);
        canvas.DrawCircle(s, s, s * 0.08f, fill);
        for (var i = 0; i < 5; i++)
        {
            var (sin, cos) = MathF.SinCos((180 + (22.5f * i)) * MathF.PI / 180);
            fill.Color = Sk(inks[i % 2], 0.9f);
            canvas.DrawCircle(s + (cos * s * 0.31f), s + (sin * s * 0.31f), s * 0.03f, fill);
        }
        line.StrokeWidth = s * 0.02f;
        for (var side = 0; side < 2; side++)
        {
            using var scroll = new SKPath();
            scroll.MoveTo(side == 0 ? s * 0.72f : 0, side == 0 ? 0 : s * 0.72f);
            scroll.QuadTo(side == 0 ? s * 0.74f : s * 0.26f, side == 0 ? s * 0.26f : s * 0.74f, s * 0.52f, s * 0.52f);
            canvas.DrawPath(scroll, line);
        }
    }

    private static void Sheen(Plate plate)
    {
        var (lu, lv, sx) = (plate.Between(0, 1), plate.Between(0, 1), plate.Between(0, 1));
        plate.Lay((u, v) =>
        {
            var crackle = Noise.Ridge.At((u * 2.2f * plate.Aspect) + sx, (v * 2.2f) + sx);
            var light = Glow(MathF.Sqrt(((u - lu) * (u - lu)) + ((v - lv) * (v - lv))), 0.4f);
            var t = (light * 0.5f) - 0.2f - (Step(0.62f, 0.8f, crackle) * 0.16f);
            return new(t > 0 ? Hex("fff8e8") : Hex("201810"), Math.Abs(t) * 0.7f);
        }, SKBlendMode.SoftLight, coarse: 2);
    }
}
