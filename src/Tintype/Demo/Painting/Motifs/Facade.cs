using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>A house front full of windows in hard sun: shutters, balconies, awnings and their shadows.</summary>
internal static class Facade
{
    public static string Paint(Plate plate)
    {
        var (wall, trim, shutters, words) = plate.Pick(
            (Hex("e8b48c"), Hex("f4e4cc"), new[] { Hex("3c6a5c"), Hex("2c5048") }, "apricot"),
            (Hex("e4d2a8"), Hex("faf2e0"), new[] { Hex("4a6e98"), Hex("38587c") }, "sand-coloured"),
            (Hex("c8705c"), Hex("f0d8c0"), new[] { Hex("2c4a44"), Hex("5c3428") }, "terracotta"),
            (Hex("a8c0c4"), Hex("f0f0ea"), new[] { Hex("b0583c"), Hex("e0b078") }, "pale blue"),
            (Hex("e8c4c8"), Hex("fff6f0"), new[] { Hex("8a4a5c"), Hex("3c5a6a") }, "pink"));
        plate.Grade = Grade.Matte with { Contrast = 0.4f, Fade = 0.4f };
        var (sx, sy) = (plate.Between(0, 1), plate.Between(0, 1));
        plate.Shade((u, v) =>
        {
            var stain = Noise.Cloud.At((u * plate.Aspect * 0.5f) + sx, (v * 0.2f) + sy) - 0.5f;
            var rough = Noise.Fine.At((u * plate.Aspect) + sx, v + sy) - 0.5f;
            return wall * (1.02f + (stain * 0.35f) + (rough * 0.16f));
        });
        var columns = plate.Random.Next(3, 6);
        var rows = Math.Max(2, (int)MathF.Round(columns / plate.Aspect * plate.Between(0.7f, 0.95f)));
        var (cellW, cellH) = (plate.Width / (float)columns, plate.Height / (float)rows);
        var (open, sunX) = (plate.Between(0.25f, 0.7f), plate.Pick(-1f, 1f) * plate.Between(0.4f, 0.9f));
        var balconies = plate.Chance(0.6f);
        for (var row = 0; row < rows; row++)
        {
            using var ledge = Figures.Paint(trim * 0.95f);
            Shadow(plate, SKRect.Create(0, row * cellH, plate.Width, cellH * 0.03f), sunX, cellH * 0.07f);
            plate.Canvas.DrawRect(0, row * cellH, plate.Width, cellH * 0.035f, ledge);
            for (var column = 0; column < columns; column++)
            {
                var window = SKRect.Create((column * cellW) + (cellW * 0.31f), (row * cellH) + (cellH * 0.2f), cellW * 0.38f, cellH * 0.58f);
                Window(plate, window, trim, sunX);
                Shutters(plate, window, plate.Pick<Vector3>(shutters), plate.Chance(open), sunX);
                if (balconies && (row + column) % 2 == 0)
                {
                    Balcony(plate, window, trim, sunX);
                }
            }
        }
        DiagonalShade(plate, sunX);
        return $"A {words} house front with rows of shuttered windows, strong sun drawing shadows across it.";
    }

    private static void Shadow(Plate plate, SKRect of, float sunX, float length)
    {
        using var paint = new SKPaint { Color = new(28, 18, 38, 105), IsAntialias = true };
        using var path = new SKPath();
        path.MoveTo(of.Left, of.Top);
        path.LineTo(of.Right, of.Top);
        path.LineTo(of.Right + (sunX * length), of.Bottom + length);
        path.LineTo(of.Left + (sunX * length), of.Bottom + length);
        path.Close();
        plate.Canvas.DrawPath(path, paint);
    }

    private static void Window(Plate plate, SKRect r, Vector3 trim, float sunX)
    {
        var frame = r.Width * 0.1f;
        using var stone = Figures.Paint(trim);
        var outer = SKRect.Inflate(r, frame, frame);
        Shadow(plate, outer, sunX, frame * 0.6f);
        plate.Canvas.DrawRect(outer, stone);
        using var glass = SKShader.CreateLinearGradient(new(r.Left, r.Top), new(r.Right, r.Bottom),
            [Sk(Hex("1a242c")), Sk(Hex("34485a")), Sk(Hex("141c24"))], [0, plate.Between(0.3f, 0.7f), 1], SKShaderTileMode.Clamp);
        using var pane = new SKPaint { Shader = glass };
        plate.Canvas.DrawRect(r, pane);
        if (plate.Chance(0.45f))
        {
            using var curtain = Figures.Paint(Hex("f4efe4"), 0.55f);
            plate.Canvas.DrawRect(r.Left, r.Top, r.Width * plate.Between(0.25f, 0.5f), r.Height, curtain);
        }
        using var bar = Figures.Paint(trim * 0.9f);
        plate.Canvas.DrawRect(r.MidX - (frame * 0.2f), r.Top, frame * 0.4f, r.Height, bar);
        plate.Canvas.DrawRect(r.Left, r.Top + (r.Height * 0.36f), r.Width, frame * 0.35f, bar);
        // The wall is thick: its upper edge and one side throw shade on the glass.
        using var reveal = new SKPaint { Color = new(10, 8, 20, 130) };
        plate.Canvas.DrawRect(r.Left, r.Top, r.Width, r.Height * 0.09f, reveal);
        plate.Canvas.DrawRect(sunX > 0 ? r.Left : r.Right - (r.Width * 0.1f), r.Top, r.Width * 0.1f, r.Height, reveal);
    }

    private static void Shutters(Plate plate, SKRect window, Vector3 colour, bool open, float sunX)
    {
        var width = window.Width / 2;
        for (var side = -1; side <= 1; side += 2)
        {
            var left = open ? (side < 0 ? window.Left - width - (width * 0.12f) : window.Right + (width * 0.12f)) : (side < 0 ? window.Left : window.MidX);
            var leaf = SKRect.Create(left, window.Top, width, window.Height);
            if (open)
            {
                Shadow(plate, leaf, sunX, width * 0.16f);
            }
            using var wood = Figures.Paint(colour * plate.Between(0.9f, 1.15f));
            using var slat = Figures.Paint(colour * 0.55f);
            using var lit = Figures.Paint(colour * 1.5f);
            plate.Canvas.DrawRect(leaf, wood);
            var inset = width * 0.14f;
            for (var y = leaf.Top + inset; y < leaf.Bottom - inset; y += window.Height * 0.032f)
            {
                plate.Canvas.DrawRect(leaf.Left + inset, y, width - (2 * inset), window.Height * 0.013f, slat);
                plate.Canvas.DrawRect(leaf.Left + inset, y + (window.Height * 0.013f), width - (2 * inset), window.Height * 0.005f, lit);
            }
        }
    }

    private static void Balcony(Plate plate, SKRect window, Vector3 trim, float sunX)
    {
        var slab = SKRect.Create(window.Left - (window.Width * 0.55f), window.Bottom + (window.Height * 0.04f), window.Width * 2.1f, window.Height * 0.06f);
        Shadow(plate, slab, sunX, window.Height * 0.22f);
        using var stone = Figures.Paint(trim * 0.85f);
        using var iron = new SKPaint { Color = new(24, 24, 28), IsStroke = true, StrokeWidth = window.Width * 0.022f, IsAntialias = true };
        var rail = slab.Top - (window.Height * 0.34f);
        for (var x = slab.Left + 3; x < slab.Right; x += window.Width * 0.12f)
        {
            plate.Canvas.DrawLine(x, rail, x, slab.Top, iron);
        }
        plate.Canvas.DrawLine(slab.Left, rail, slab.Right, rail, iron);
        plate.Canvas.DrawLine(slab.Left, slab.Top - 2, slab.Right, slab.Top - 2, iron);
        plate.Canvas.DrawRect(slab, stone);
        if (plate.Chance(0.6f))
        {
            var bloom = plate.Pick(Hex("d84a5a"), Hex("e88ab0"), Hex("f0b040"), Hex("c04a88"));
            for (var i = 0; i < 70; i++)
            {
                using var leaf = Figures.Paint(plate.Chance(0.6f) ? Hex("4a7a3c") * plate.Between(0.5f, 1.3f) : bloom * plate.Between(0.7f, 1.2f));
                plate.Canvas.DrawCircle(plate.Between(slab.Left, slab.Right), slab.Top - (window.Height * plate.Between(0, 0.13f)), window.Width * plate.Between(0.012f, 0.035f), leaf);
            }
        }
    }

    private static void DiagonalShade(Plate plate, float sunX)
    {
        if (plate.Chance(0.45f))
        {
            return;
        }
        using var path = new SKPath();
        var (w, h) = ((float)plate.Width, (float)plate.Height);
        var reach = plate.Between(0.2f, 0.6f) * w;
        var (near, far) = sunX > 0 ? (0f, reach) : (w, w - reach);
        path.MoveTo(near, 0);
        path.LineTo(far, 0);
        path.LineTo(near, h * plate.Between(0.6f, 1.3f));
        path.Close();
        using var shade = new SKPaint { Color = new(40, 30, 80, 120), IsAntialias = true, BlendMode = SKBlendMode.Multiply };
        shade.Color = new(120, 110, 165);
        plate.Canvas.DrawPath(path, shade);
    }
}
