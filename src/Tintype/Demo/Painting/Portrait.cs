using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting;

/// <summary>A drawn head and shoulders for a profile: nobody's likeness.</summary>
internal static class Portrait
{
    private const int Size = 400;

    public static byte[] Paint(int seed)
    {
        using var plate = new Plate(Size, Size, unchecked((int)((uint)(seed + 1) * 2654435761u)));
        var (back, glow) = plate.Pick(
            (Hex("d8704c"), Hex("f8c890")), (Hex("2c6a74"), Hex("8cd0c0")), (Hex("e0a83c"), Hex("fbe6a8")), (Hex("4a4a88"), Hex("b8a8e0")),
            (Hex("b04a6a"), Hex("f4b0b0")), (Hex("3c7a54"), Hex("c4dc98")), (Hex("2c4a7c"), Hex("90b8e8")), (Hex("8a6a50"), Hex("ecd8bc")));
        var skin = plate.Pick(Hex("f4d0b4"), Hex("e0ac84"), Hex("c48a60"), Hex("9a6440"), Hex("6c422a"), Hex("4a2c1e"));
        var hair = plate.Pick(Hex("1c1618"), Hex("3c2418"), Hex("6a4224"), Hex("b8843c"), Hex("8a3420"), Hex("b8b4b0"), Hex("2a2030"));
        var cloth = plate.Pick(Hex("f0ece4"), Hex("24384c"), Hex("c8502c"), Hex("e8c04c"), Hex("3c6450"), Hex("7a3c5c"), Hex("202024"));
        var (lu, lv) = (plate.Between(0.1f, 0.9f), plate.Between(0, 0.4f));
        plate.Shade((u, v) => Mix(back, glow, Glow(MathF.Sqrt(((u - lu) * (u - lu)) + ((v - lv) * (v - lv))), 0.45f)), coarse: 4);
        var lightFrom = lu < 0.5f ? -1 : 1;
        var hairCut = plate.Random.Next(5);
        Hair(plate, hairCut, hair * 0.8f, behind: true);
        Body(plate, cloth, skin, lightFrom);
        Head(plate, skin, lightFrom);
        Hair(plate, hairCut, hair, behind: false);
        if (plate.Chance(0.25f))
        {
            Glasses(plate);
        }
        plate.Grade = Grade.Matte with { Vignette = 0.25f, Grain = 0.35f };
        Darkroom.Develop(plate);
        return plate.ToJpeg(90);
    }

    private static void Body(Plate plate, System.Numerics.Vector3 cloth, System.Numerics.Vector3 skin, int lightFrom)
    {
        using var neck = Figures.Paint(skin * 0.62f);
        plate.Canvas.DrawRoundRect(172, 225, 56, 100, 24, 24, neck);
        using var shoulders = new SKPath();
        shoulders.MoveTo(48, 405);
        shoulders.CubicTo(58, 318, 130, 300, 172, 292);
        shoulders.QuadTo(200, 318, 228, 292);
        shoulders.CubicTo(270, 300, 342, 318, 352, 405);
        shoulders.Close();
        using var paint = Lit(cloth, lightFrom, 350);
        plate.Canvas.DrawPath(shoulders, paint);
    }

    private static void Head(Plate plate, System.Numerics.Vector3 skin, int lightFrom)
    {
        using var paint = Lit(skin, lightFrom, 190);
        var width = plate.Between(58, 68);
        plate.Canvas.DrawOval(200, 188, width, 82, paint);
        using var ear = Figures.Paint(skin * 0.7f);
        plate.Canvas.DrawOval(200 - (lightFrom * (width + 1)), 196, 9, 16, ear);
        using var feature = new SKPaint { Color = Sk(skin * 0.28f, 0.75f), IsAntialias = true, IsStroke = true, StrokeWidth = 4, StrokeCap = SKStrokeCap.Round };
        foreach (var x in (ReadOnlySpan<float>)[176, 224])
        {
            plate.Canvas.DrawLine(x - 10, 172, x + 9, 170, feature);
            plate.Canvas.DrawCircle(x, 189, 2.4f, feature);
        }
        using var lines = new SKPath();
        lines.MoveTo(200, 190);
        lines.QuadTo(200 + (lightFrom * -9), 212, 199, 214);
        lines.MoveTo(183, 236);
        lines.QuadTo(200, 236 + plate.Between(4, 12), 217, 236);
        plate.Canvas.DrawPath(lines, feature);
    }

    private static void Hair(Plate plate, int cut, System.Numerics.Vector3 colour, bool behind)
    {
        using var paint = Figures.Paint(colour);
        var canvas = plate.Canvas;
        if (behind)
        {
            switch (cut)
            {
                case 0:
                    canvas.DrawRoundRect(122, 100, 156, 220, 78, 70, paint);
                    break;
                case 1:
                    canvas.DrawCircle(200, 92, 34, paint);
                    break;
                case 2:
                    canvas.DrawOval(200, 160, 92, 92, paint);
                    break;
            }
            return;
        }
        using var top = new SKPath();
        top.MoveTo(134, 186);
        top.CubicTo(118, 60, 282, 60, 266, 186);
        top.CubicTo(258, 140, cut == 3 ? 250 : 214, 128, cut == 4 ? 160 : 190, 134);
        top.CubicTo(160, 138, 142, 150, 134, 186);
        canvas.DrawPath(top, paint);
    }

    private static void Glasses(Plate plate)
    {
        using var frame = new SKPaint { Color = new(24, 20, 22), IsStroke = true, StrokeWidth = 4, IsAntialias = true };
        plate.Canvas.DrawCircle(175, 189, 19, frame);
        plate.Canvas.DrawCircle(225, 189, 19, frame);
        plate.Canvas.DrawLine(194, 187, 206, 187, frame);
    }

    private static SKPaint Lit(System.Numerics.Vector3 colour, int lightFrom, float y) => new()
    {
        IsAntialias = true,
        Shader = SKShader.CreateLinearGradient(new(200 + (lightFrom * 80), y - 60), new(200 - (lightFrom * 80), y + 60),
            [Sk(colour * 1.15f), Sk(colour), Sk(colour * 0.6f)], [0, 0.45f, 1], SKShaderTileMode.Clamp),
    };
}
