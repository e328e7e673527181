using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>A skyline at night or just before, windows lit, often with water at its feet.</summary>
internal static class City
{
    private static readonly Vector3[] Lamps = [Hex("ffd596"), Hex("ffc06c"), Hex("ffe9c8"), Hex("cfe2ff"), Hex("ffae5a")];

    public static string Paint(Plate plate)
    {
        var hour = plate.Pick(Hour.Blue, Hour.Dusk, Hour.Blue with { Words = "at night", Zenith = Hex("050812"), Middle = Hex("101a38"), Horizon = Hex("54466a"), Haze = Hex("2a2a48") });
        plate.Grade = Grade.Night;
        var water = plate.Chance(0.7f);
        var ground = water ? plate.Between(0.6f, 0.7f) : plate.Between(0.92f, 1);
        var sky = new Sky(plate, hour, ground, plate.Between(0, 1), ground + 0.1f, plate.Between(0.2f, 0.5f));
        plate.Shade(sky.At, coarse: 2);
        plate.Shine(plate.Width * plate.Between(0.3f, 0.7f), ground * plate.Height, plate.Height * 0.7f, Hex("ff9c58"), 0.55f);
        for (var layer = 0; layer < 4; layer++)
        {
            Row(plate, hour, ground, layer / 3f);
        }
        if (water)
        {
            Water.Mirror(plate, ground, hour with { Shade = hour.Shade * 0.3f, Haze = hour.Horizon }, plate.Between(0.5f, 1.4f));
        }
        return $"A city skyline {hour.Words}, windows lit{(water ? ", lights reflected in the water" : "")}.";
    }

    private static void Row(Plate plate, Hour hour, float ground, float t)
    {
        var (w, h) = (plate.Width, plate.Height);
        var wall = Mix(Mix(hour.Haze, hour.Horizon, 0.3f) * 0.7f, Hex("0a0c14"), 0.35f + (0.6f * t));
        using var paint = Figures.Paint(wall);
        var lit = Mix(0.6f, 0.5f, t);
        for (var x = -0.03f * w; x < w;)
        {
            var width = h * plate.Between(0.035f, 0.1f) * (0.6f + (0.7f * t));
            // The middle of a town is its highest part.
            var centre = Glow(((x / w) - 0.5f) * plate.Aspect, 0.45f);
            var height = h * plate.Between(0.07f, 0.3f) * (0.45f + (0.9f * centre)) * Mix(1.25f, 0.62f, t);
            var top = (ground * h) - height;
            plate.Canvas.DrawRect(x, top, width + 1, height + 4, paint);
            Roof(plate, x, top, width, paint);
            Windows(plate, x, top, width, ground * h, 2.6f + (4.2f * t), lit, 0.5f + (0.5f * t));
            x += width + (plate.Chance(0.3f) ? plate.Between(0, h * 0.02f) : 0);
        }
    }

    private static void Roof(Plate plate, float x, float top, float width, SKPaint paint)
    {
        switch (plate.Random.Next(9))
        {
            case 0:
                plate.Canvas.DrawRect(x + (width * 0.48f), top - (width * 0.8f), Math.Max(1.5f, width * 0.03f), width * 0.8f, paint);
                plate.Shine(x + (width * 0.5f), top - (width * 0.8f), 7, Hex("ff3a30"), 1);
                break;
            case 1:
                plate.Canvas.DrawRect(x + (width * 0.2f), top - (width * 0.25f), width * 0.6f, width * 0.3f, paint);
                break;
            case 2:
                using (var tip = new SKPath())
                {
                    tip.MoveTo(x, top);
                    tip.LineTo(x + (width / 2), top - (width * plate.Between(0.3f, 0.9f)));
                    tip.LineTo(x + width, top);
                    plate.Canvas.DrawPath(tip, paint);
                }
                break;
        }
    }

    private static void Windows(Plate plate, float x, float top, float width, float ground, float size, float lit, float strength)
    {
        var (stepX, stepY) = (size * plate.Between(1.6f, 2.2f), size * plate.Between(1.9f, 2.6f));
        var lamp = plate.Pick<Vector3>(Lamps);
        using var paint = new SKPaint();
        for (var y = top + stepY; y < ground - size; y += stepY)
        {
            var floor = plate.Between(0.3f, 1.5f) * lit;
            for (var wx = x + (stepX * 0.5f); wx < x + width - size; wx += stepX)
            {
                if (plate.Chance(floor))
                {
                    paint.Color = Sk(Mix(lamp, plate.Pick<Vector3>(Lamps), 0.35f), strength * plate.Between(0.25f, 1));
                    plate.Canvas.DrawRect(wx, y, size, size * 1.25f, paint);
                }
            }
        }
    }
}
