using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Sailing boats at anchor, a coast behind, all of it in the water again.</summary>
internal static class Harbour
{
    private static readonly Vector3[] Hulls = [Hex("f4f0e8"), Hex("1c3c5c"), Hex("b83c30"), Hex("2c6a64"), Hex("e8c890"), Hex("5c2c24")];

    public static string Paint(Plate plate)
    {
        var hour = Hour.Draw(plate);
        plate.Grade = hour.Grade;
        var shore = plate.Between(0.52f, 0.64f);
        var sky = new Sky(plate, hour, shore, plate.Between(-0.1f, 1.1f), shore - plate.Between(0.02f, 0.2f), plate.Between(0.2f, 0.6f));
        plate.Shade(sky.At, coarse: 2);
        var row = plate.Between(0, 1);
        for (var layer = 0; layer < 3; layer++)
        {
            using var coast = Figures.Paint(Mix(hour.Haze, hour.Shade, 0.2f + (0.3f * layer)) * (0.85f - (0.22f * layer)));
            using var hill = Figures.Hill(plate, u => plate.Height * (shore - Math.Max(0, (0.11f - (0.025f * layer)) * (2.2f * Noise.Cloud.At((u * 0.3f * plate.Aspect) + row + (layer * 0.27f), row + layer) - 0.55f))));
            plate.Canvas.DrawPath(hill, coast);
        }
        var boats = plate.Random.Next(3, 9);
        var evening = hour == Hour.Blue || hour == Hour.Dusk;
        for (var i = 0; i < boats; i++)
        {
            var t = i / (float)boats;
            Boat(plate, hour, plate.Width * plate.Between(0.04f, 0.96f), plate.Height * shore, plate.Height * Mix(0.035f, 0.12f, t * t) * plate.Between(0.8f, 1.2f), evening);
        }
        Water.Mirror(plate, shore, hour, plate.Between(0.2f, 0.7f));
        return $"Sailing boats at anchor in a calm bay {hour.Words}, mirrored in the water.";
    }

    private static void Boat(Plate plate, Hour hour, float x, float water, float s, bool lit)
    {
        var canvas = plate.Canvas;
        var light = Mix(hour.Shade, hour.Sun * 0.6f, 0.55f);
        var way = plate.Chance(0.5f) ? 1 : -1;
        using var hull = Figures.Paint(plate.Pick<Vector3>(Hulls) * light * 1.1f);
        using var path = new SKPath();
        path.MoveTo(x - (way * s * 0.85f), water + 1);
        path.LineTo(x - (way * s), water - (s * 0.26f));
        path.QuadTo(x + (way * s * 0.2f), water - (s * 0.2f), x + (way * s * 1.15f), water - (s * 0.36f));
        path.QuadTo(x + (way * s * 0.95f), water - (s * 0.1f), x + (way * s * 0.75f), water + 1);
        path.Close();
        canvas.DrawPath(path, hull);
        using var cabin = Figures.Paint(Hex("efe8da") * light);
        canvas.DrawRoundRect(x - (s * 0.35f), water - (s * 0.42f), s * 0.7f, s * 0.18f, s * 0.06f, s * 0.06f, cabin);
        using var mast = new SKPaint { Color = Sk(Hex("d8ccb8") * light * 0.8f), IsStroke = true, StrokeWidth = Math.Max(1.2f, s * 0.028f), IsAntialias = true };
        using var rope = new SKPaint { Color = Sk(Hex("c8c0b0") * light * 0.7f, 0.7f), IsStroke = true, StrokeWidth = Math.Max(0.6f, s * 0.009f), IsAntialias = true };
        var top = water - (s * plate.Between(1.9f, 2.5f));
        canvas.DrawLine(x, water - (s * 0.25f), x, top, mast);
        canvas.DrawLine(x, top, x + (way * s * 1.1f), water - (s * 0.36f), rope);
        canvas.DrawLine(x, top, x - (way * s * 0.95f), water - (s * 0.26f), rope);
        canvas.DrawLine(x - (way * s * 0.8f), water - (s * 0.5f), x, water - (s * 0.5f), mast);
        if (plate.Chance(0.35f))
        {
            using var sail = Figures.Paint(Hex("fbf4e6") * Mix(light, hour.Sun * 0.7f, 0.4f));
            using var cloth = new SKPath();
            cloth.MoveTo(x - (way * s * 0.04f), top + (s * 0.05f));
            cloth.QuadTo(x - (way * s * 0.55f), (top + water) / 2, x - (way * s * 0.82f), water - (s * 0.53f));
            cloth.LineTo(x - (way * s * 0.04f), water - (s * 0.53f));
            cloth.Close();
            canvas.DrawPath(cloth, sail);
        }
        if (lit)
        {
            plate.Shine(x, top, s * 0.16f, Hex("fff0d0"), 1);
            plate.Shine(x, water - (s * 0.33f), s * 0.4f, Hex("ffb860"), 0.9f);
        }
    }
}
