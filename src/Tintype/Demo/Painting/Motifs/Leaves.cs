using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Large leaves laid over one another, each with its veins, its light side and its shadow on the next.</summary>
internal static class Leaves
{
    public static string Paint(Plate plate)
    {
        var (greens, ground, words) = plate.Pick(
            (new[] { Hex("2f6b3c"), Hex("1d4a34"), Hex("4c8a4a"), Hex("15382c") }, Hex("0a1a14"), "Deep green tropical leaves"),
            (new[] { Hex("7a9a6a"), Hex("a8b890"), Hex("5c7c64"), Hex("c4ccb0") }, Hex("38483c"), "Sage and eucalyptus leaves"),
            (new[] { Hex("b8562c"), Hex("d98a3c"), Hex("8a3424"), Hex("e0b050") }, Hex("2a140e"), "Leaves in autumn colours"),
            (new[] { Hex("2a5a6a"), Hex("1a4050"), Hex("4c8088"), Hex("6a9a90") }, Hex("081820"), "Blue-green leaves"),
            (new[] { Hex("8a3a5a"), Hex("5a2440"), Hex("3a5a3c"), Hex("b06a7a") }, Hex("180a14"), "Burgundy and green leaves"));
        plate.Grade = Grade.Matte with { Contrast = 0.45f };
        plate.Shade((u, v) => ground * (0.6f + Noise.Cloud.At(u, v)), coarse: 4);
        var count = (int)(95 * plate.Aspect);
        for (var i = 0; i < count; i++)
        {
            var depth = i / (count - 1f);
            var size = plate.Height * Mix(0.34f, 0.25f, depth) * plate.Between(0.7f, 1.35f);
            plate.Canvas.Save();
            plate.Canvas.Translate(plate.Between(-0.1f, 1.1f) * plate.Width, plate.Between(-0.1f, 1.1f) * plate.Height);
            plate.Canvas.RotateDegrees(plate.Between(0, 360));
            Leaf(plate, size, plate.Pick<Vector3>(greens) * Mix(0.28f, 1.15f, depth) * plate.Between(0.8f, 1.25f), plate.Between(0.2f, 0.32f));
            plate.Canvas.Restore();
        }
        var (lu, lv) = (plate.Between(0, 1), plate.Between(-0.2f, 0.4f));
        plate.Lay((u, v) => new(Hex("fff4d8"), 0.2f * Glow(MathF.Sqrt(((u - lu) * (u - lu)) + ((v - lv) * (v - lv))), 0.45f)), SKBlendMode.SoftLight, coarse: 8);
        return $"{words} filling the frame, seen from close.";
    }

    private static void Leaf(Plate plate, float length, Vector3 colour, float breadth)
    {
        var half = length * breadth;
        using var outline = new SKPath();
        outline.MoveTo(0, 0);
        outline.CubicTo(half * 1.25f, length * 0.12f, half * 1.2f, length * 0.66f, 0, length);
        outline.CubicTo(-half * 1.2f, length * 0.66f, -half * 1.25f, length * 0.12f, 0, 0);
        using var shadow = new SKPaint { Color = new(0, 0, 0, 120), MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, length * 0.03f) };
        plate.Canvas.Save();
        plate.Canvas.Translate(length * 0.02f, length * 0.03f);
        plate.Canvas.DrawPath(outline, shadow);
        plate.Canvas.Restore();
        using var shader = SKShader.CreateLinearGradient(new(-half, 0), new(half, 0),
            [Sk(colour * 0.75f), Sk(colour * 1.15f), Sk(colour * 0.5f), Sk(colour * 1.25f), Sk(colour * 0.85f)], [0, 0.47f, 0.5f, 0.56f, 1], SKShaderTileMode.Clamp);
        using var blade = new SKPaint { Shader = shader, IsAntialias = true };
        plate.Canvas.DrawPath(outline, blade);
        plate.Canvas.Save();
        plate.Canvas.ClipPath(outline, antialias: true);
        using var vein = new SKPaint { Color = Sk(Mix(colour * 1.9f, Hex("f0f0d0"), 0.2f), 0.5f), IsStroke = true, IsAntialias = true, StrokeWidth = length * 0.004f };
        using var fold = new SKPaint { Color = new(0, 0, 0, 38), IsStroke = true, IsAntialias = true, StrokeWidth = length * 0.014f };
        for (var side = -1; side <= 1; side += 2)
        {
            for (var y = length * 0.05f; y < length * 0.93f; y += length * 0.062f)
            {
                using var line = new SKPath();
                line.MoveTo(0, y);
                line.QuadTo(side * half * 0.5f, y + (length * 0.05f), side * half, y + (length * 0.2f));
                plate.Canvas.DrawPath(line, vein);
                plate.Canvas.Translate(0, length * 0.011f);
                plate.Canvas.DrawPath(line, fold);
                plate.Canvas.Translate(0, -length * 0.011f);
            }
        }
        vein.StrokeWidth = length * 0.011f;
        plate.Canvas.DrawLine(0, 0, 0, length, vein);
        plate.Canvas.Restore();
    }
}
