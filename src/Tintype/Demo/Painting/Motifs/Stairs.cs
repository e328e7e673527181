using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Walls, steps and an arch in plain colours under a plain sky: geometry that the sun cuts in two.</summary>
internal static class Stairs
{
    public static string Paint(Plate plate)
    {
        var (lit, shaded, step, sky, words) = plate.Pick(
            (Hex("f2a48c"), Hex("b45c6c"), Hex("f8c8b0"), Hex("7cc0e0"), "pink"),
            (Hex("f4e8d8"), Hex("9aa4c0"), Hex("ffffff"), Hex("2c78c8"), "white"),
            (Hex("e8a848"), Hex("a85c34"), Hex("f4c878"), Hex("58a8c8"), "ochre"),
            (Hex("5c84c8"), Hex("2c4488"), Hex("88a8dc"), Hex("f0c8b0"), "blue"),
            (Hex("c85c48"), Hex("742c3c"), Hex("e07c5c"), Hex("98d0d0"), "brick-red"));
        plate.Grade = Grade.Matte with { Fade = 0.35f, Grain = 0.6f };
        var (w, h) = ((float)plate.Width, (float)plate.Height);
        plate.Shade((u, v) => sky * (0.85f + (0.4f * v)), coarse: 8);
        var flip = plate.Chance(0.5f);
        plate.Canvas.Save();
        if (flip)
        {
            plate.Canvas.Scale(-1, 1, w / 2, 0);
        }
        var corner = w * plate.Between(0.5f, 0.68f);
        var top = h * plate.Between(0.1f, 0.3f);
        Wall(plate, [new(-5, top - (h * 0.08f)), new(corner, top), new(corner, h), new(-5, h)], shaded, 0.85f);
        Wall(plate, [new(corner, top), new(w + 5, top + (h * plate.Between(-0.05f, 0.05f))), new(w + 5, h), new(corner, h)], lit, 1.05f);
        Arch(plate, corner * plate.Between(0.25f, 0.5f), h * plate.Between(0.5f, 0.6f), w * plate.Between(0.07f, 0.12f), shaded, lit);
        Flight(plate, w, h, corner, step, lit, shaded);
        Cast(plate, w, h, corner, top, lit, shaded);
        plate.Canvas.Restore();
        Plaster(plate);
        return $"{char.ToUpperInvariant(words[0])}{words[1..]} walls and a flight of steps under a clear sky, cut by hard light and shadow.";
    }

    private static void Wall(Plate plate, SKPoint[] corners, Vector3 colour, float tone)
    {
        using var path = new SKPath();
        path.AddPoly(corners);
        using var shader = SKShader.CreateLinearGradient(new(0, corners[0].Y), new(0, plate.Height), [Sk(colour * tone), Sk(colour * tone * 0.82f)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        plate.Canvas.DrawPath(path, paint);
    }

    private static void Arch(Plate plate, float x, float y, float half, Vector3 shaded, Vector3 lit)
    {
        using var path = new SKPath();
        path.MoveTo(x - half, y + (half * 2.6f));
        path.LineTo(x - half, y);
        path.ArcTo(SKRect.Create(x - half, y - half, half * 2, half * 2), 180, 180, false);
        path.LineTo(x + half, y + (half * 2.6f));
        path.Close();
        using var deep = Figures.Paint(shaded * 0.22f);
        plate.Canvas.DrawPath(path, deep);
        plate.Canvas.Save();
        plate.Canvas.ClipPath(path, antialias: true);
        plate.Canvas.Translate(half * 0.42f, half * 0.12f);
        using var beyond = Figures.Paint(Mix(shaded, lit, 0.3f) * 0.9f);
        plate.Canvas.DrawPath(path, beyond);
        plate.Canvas.Restore();
    }

    private static void Flight(Plate plate, float w, float h, float corner, Vector3 step, Vector3 lit, Vector3 shaded)
    {
        var count = plate.Random.Next(7, 13);
        var (startX, rise) = (corner - (w * plate.Between(0.12f, 0.3f)), h * plate.Between(0.035f, 0.05f));
        var run = (w - startX) / count * plate.Between(0.9f, 1.1f);
        using var tread = Figures.Paint(step);
        using var riser = Figures.Paint(Mix(lit, shaded, 0.55f));
        using var side = Figures.Paint(shaded * 0.6f);
        for (var i = count; i >= 0; i--)
        {
            var (x, y) = (startX + (i * run), h * 0.94f - (i * rise));
            var slant = run * 0.55f;
            using var top = new SKPath();
            top.AddPoly([new(x, y), new(x + slant, y - (rise * 0.55f)), new(w + 10, y - (rise * 0.55f)), new(w + 10, y)]);
            plate.Canvas.DrawRect(x, y, w - x + 10, h - y, riser);
            plate.Canvas.DrawPath(top, tread);
            plate.Canvas.DrawRect(x, y, run * 1.001f, h - y, side);
            using var edge = Figures.Paint(step * 1.15f);
            plate.Canvas.DrawRect(x, y - 1.5f, w - x + 10, 3, edge);
        }
    }

    private static void Cast(Plate plate, float w, float h, float corner, float top, Vector3 lit, Vector3 shaded)
    {
        using var path = new SKPath();
        var reach = plate.Between(0.25f, 0.75f) * (w - corner);
        path.AddPoly([new(corner, top), new(corner + (reach * 0.2f), top), new(corner + reach, h), new(corner, h)]);
        using var shade = new SKPaint { Color = Sk(shaded / Vector3.Max(lit, new(0.05f)) * 0.9f), BlendMode = SKBlendMode.Multiply, IsAntialias = true };
        plate.Canvas.DrawPath(path, shade);
    }

    private static void Plaster(Plate plate)
    {
        var (sx, sy) = (plate.Between(0, 1), plate.Between(0, 1));
        plate.Lay((u, v) =>
        {
            var n = ((Noise.Fine.At((u * plate.Aspect) + sx, v + sy) - 0.5f) * 0.9f) + ((Noise.Cloud.At((u * plate.Aspect * 0.6f) + sy, (v * 0.6f) + sx) - 0.5f) * 1.1f);
            return new(n > 0 ? Vector3.One : Vector3.Zero, Math.Abs(n) * 0.22f);
        }, SKBlendMode.SoftLight, coarse: 2);
    }
}
