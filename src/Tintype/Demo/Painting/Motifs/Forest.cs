using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Trunks that step out of the fog, and light that falls between them.</summary>
internal static class Forest
{
    public static string Paint(Plate plate)
    {
        var (fog, dark, sun, words) = plate.Pick(
            (Hex("c6d2cc"), Hex("16241e"), Hex("fff2d0"), "pale morning fog"),
            (Hex("e8c890"), Hex("241a10"), Hex("ffd890"), "golden mist"),
            (Hex("9db6c8"), Hex("0e1a26"), Hex("dcecff"), "blue fog"),
            (Hex("b8c48c"), Hex("141f0e"), Hex("fff6b0"), "green summer haze"));
        plate.Grade = Grade.Matte with { Bloom = 0.6f };
        var (sunU, sunV) = (plate.Between(0.25f, 0.75f), plate.Between(0.05f, 0.4f));
        plate.Shade((u, v) =>
        {
            var d = MathF.Sqrt(((u - sunU) * (u - sunU) * plate.Aspect * plate.Aspect) + ((v - sunV) * (v - sunV)));
            var ground = Step(0.72f, 1, v + ((Noise.Cloud.At(u * 2, v * 4) - 0.5f) * 0.2f));
            return Mix(fog * (0.62f + (0.5f * Glow(d, 0.4f))) + (sun * 0.5f * Glow(d, 0.12f)), dark * 2.2f, ground * 0.75f);
        }, coarse: 2);
        const int layers = 6;
        for (var i = 0; i < layers; i++)
        {
            var t = i / (layers - 1f);
            Trunks(plate, Mix(fog * 0.85f, dark, MathF.Pow(t, 0.8f)), t);
            var haze = Mix(fog, sun, 0.3f);
            var (sx, sy) = (plate.Between(0, 1), plate.Between(0, 1));
            plate.Lay((u, v) => new(haze, (1 - t) * 0.5f * Step(0.3f, 0.75f, Noise.Cloud.At((u * 0.6f * plate.Aspect) + sx, (v * 0.9f) + sy)) * Step(1.05f, 0.5f, v)), coarse: 6);
        }
        Rays(plate, sun, sunU, sunV);
        return $"Tall trees in {words}, sunlight slanting between the trunks.";
    }

    private static void Trunks(Plate plate, Vector3 colour, float t)
    {
        var count = (int)(Mix(26, 4.5f, t) * plate.Aspect) + 1;
        using var paint = Figures.Paint(colour);
        var foot = plate.Height * Mix(0.7f, 1.08f, t * t);
        for (var i = 0; i < count; i++)
        {
            var x = plate.Width * (i + plate.Between(0, 1)) / count;
            var width = plate.Height * Mix(0.006f, 0.062f, t * t) * plate.Between(0.6f, 1.25f);
            var lean = plate.Between(-0.04f, 0.04f) * plate.Height;
            using var trunk = new SKPath();
            trunk.MoveTo(x - (width * 0.75f), foot);
            trunk.QuadTo(x - (width * 0.45f), foot * 0.85f, x + lean - (width * 0.36f), -5);
            trunk.LineTo(x + lean + (width * 0.36f), -5);
            trunk.QuadTo(x + (width * 0.45f), foot * 0.85f, x + (width * 0.75f), foot);
            trunk.Close();
            plate.Canvas.DrawPath(trunk, paint);
            Boughs(plate, x, lean, width, foot, paint);
        }
        using var floor = Figures.Hill(plate, u => foot - (plate.Height * 0.05f * (0.2f + Noise.Cloud.At((u * 0.8f) + t, t))));
        plate.Canvas.DrawPath(floor, paint);
    }

    private static void Boughs(Plate plate, float x, float lean, float width, float foot, SKPaint paint)
    {
        using var stroke = paint.Clone();
        stroke.IsStroke = true;
        stroke.StrokeCap = SKStrokeCap.Round;
        var boughs = plate.Random.Next(5, 14);
        for (var b = 0; b < boughs; b++)
        {
            var share = plate.Between(0.02f, 0.75f);
            var (y, side) = (foot * share, plate.Chance(0.5f) ? 1 : -1);
            var reach = plate.Height * plate.Between(0.04f, 0.16f) * (0.4f + (width / plate.Height * 14));
            stroke.StrokeWidth = Math.Max(1, width * plate.Between(0.06f, 0.16f));
            using var bough = new SKPath();
            var from = x + (lean * (1 - share));
            bough.MoveTo(from, y);
            bough.QuadTo(from + (side * reach * 0.5f), y - (reach * 0.1f), from + (side * reach), y + (reach * plate.Between(0.05f, 0.45f)));
            plate.Canvas.DrawPath(bough, stroke);
            for (var leaf = 0; leaf < 6; leaf++)
            {
                var along = plate.Between(0.3f, 1);
                var (lx, ly) = (from + (side * reach * along), y + (reach * 0.25f * along * along));
                plate.Canvas.DrawOval(lx, ly + plate.Between(-4, 8), reach * plate.Between(0.05f, 0.14f), reach * plate.Between(0.015f, 0.05f), paint);
            }
        }
    }

    private static void Rays(Plate plate, Vector3 sun, float sunU, float sunV)
    {
        var shift = plate.Between(0, 1);
        plate.Lay((u, v) =>
        {
            var (dx, dy) = ((u - sunU) * plate.Aspect, v - sunV + 0.25f);
            var angle = MathF.Atan2(dx, dy);
            var d = MathF.Sqrt((dx * dx) + (dy * dy));
            var beam = Step(0.46f, 0.8f, Noise.Cloud.At((angle * 0.9f) + shift, shift));
            return new(sun, beam * 0.42f * Step(0, 0.3f, dy) * Glow(d, 0.7f));
        }, SKBlendMode.Screen, coarse: 3);
    }
}
