using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>The Milky Way over hills, with a tent that glows.</summary>
internal static class Stars
{
    public static string Paint(Plate plate)
    {
        plate.Grade = Grade.Night;
        var shore = plate.Between(0.72f, 0.84f);
        var glow = plate.Pick(Hex("e08a4a"), Hex("5a7cb8"), Hex("c46a5a"), Hex("48a08a"));
        plate.Shade((u, v) => Mix(Hex("040712"), Hex("16264a"), Step(0, shore, v)) + (glow * 0.5f * Step(shore - 0.3f, shore + 0.05f, v)), coarse: 4);
        MilkyWay(plate, plate.Between(-0.9f, 0.9f), plate.Between(0.3f, 0.7f));
        NightSky.Stars(plate, shore, 2600);
        var row = plate.Between(0, 1);
        var lake = plate.Chance(0.5f);
        for (var layer = 0; layer < 2; layer++)
        {
            var level = shore - (0.035f * (1 - layer));
            using var ink = Figures.Paint(Mix(Hex("0c1626"), Hex("020408"), layer));
            using var hill = Figures.Hill(plate, u => plate.Height * (level - (0.24f * (1 - (0.55f * layer)) * (Noise.Cloud.At((u * 0.34f) + row + (layer * 0.4f), row) - 0.4f))));
            plate.Canvas.DrawPath(hill, ink);
        }
        if (lake)
        {
            Water.Mirror(plate, shore, Hour.Blue with { Shade = Hex("030810"), Haze = glow * 0.3f }, 0.15f);
        }
        else
        {
            Tent(plate, plate.Width * plate.Between(0.25f, 0.75f), plate.Height * (shore + 0.07f), plate.Height * 0.065f);
        }
        return $"The Milky Way standing over dark hills{(lake ? " and a lake full of stars" : ", a lit tent below")}.";
    }

    private static void MilkyWay(Plate plate, float lean, float through)
    {
        var (shiftX, shiftY) = (plate.Between(0, 1), plate.Between(0, 1));
        var (sin, cos) = MathF.SinCos(lean);
        plate.Lay((u, v) =>
        {
            var (x, y) = ((u - through) * plate.Aspect, v - 0.4f);
            var (along, across) = ((y * cos) + (x * sin), (x * cos) - (y * sin));
            var dust = Noise.Cloud.At((along * 0.35f) + shiftX, (across * 0.6f) + shiftY);
            var lane = Noise.Ridge.At((along * 0.5f) + shiftY, (across * 0.9f) + shiftX);
            var d = across + ((dust - 0.5f) * 0.3f);
            var band = MathF.Exp(-d * d * 34) * (0.35f + dust);
            var dark = Step(0.52f, 0.78f, lane) * MathF.Exp(-d * d * 130) * 0.75f;
            var c = Mix(Hex("6a86c8"), Hex("ffd8b8"), MathF.Exp(-d * d * 90) * (0.4f + dust));
            return new(c, Math.Clamp(band * (1 - dark) * 0.62f, 0, 1));
        }, SKBlendMode.Screen, coarse: 2);
    }

    private static void Tent(Plate plate, float x, float foot, float size)
    {
        plate.Shine(x, foot - (size * 0.4f), size * 3.4f, Hex("ff9a3c"), 0.55f);
        using var path = new SKPath();
        path.MoveTo(x - size, foot);
        path.QuadTo(x - (size * 0.5f), foot - (size * 0.9f), x, foot - size);
        path.QuadTo(x + (size * 0.5f), foot - (size * 0.9f), x + size, foot);
        path.Close();
        using var shader = SKShader.CreateRadialGradient(new(x, foot - (size * 0.3f)), size * 1.1f, [Sk(Hex("fff0b8")), Sk(Hex("ff9a34")), Sk(Hex("8a3410"))], [0, 0.45f, 1], SKShaderTileMode.Clamp);
        using var cloth = new SKPaint { Shader = shader, IsAntialias = true };
        plate.Canvas.DrawPath(path, cloth);
        using var seam = new SKPaint { Color = Sk(Hex("6a2408"), 0.7f), IsStroke = true, StrokeWidth = size * 0.03f, IsAntialias = true };
        plate.Canvas.DrawLine(x, foot - size, x - (size * 0.28f), foot, seam);
        plate.Canvas.DrawLine(x, foot - size, x + (size * 0.34f), foot, seam);
    }
}
