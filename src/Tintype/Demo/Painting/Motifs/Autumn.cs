using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>One tree in its best colour, the light behind it, the ground covered with what fell.</summary>
internal static class Autumn
{
    public static string Paint(Plate plate)
    {
        var (leaves, air, ground, words) = plate.Pick(
            (new[] { Hex("e8862c"), Hex("d8582c"), Hex("f0b444"), Hex("a83c24") }, Hex("f0d8b0"), Hex("7a4a28"), "orange autumn leaves"),
            (new[] { Hex("f0c83c"), Hex("e0a82c"), Hex("f8e070"), Hex("b8802c") }, Hex("dce4e0"), Hex("6a5a30"), "golden leaves"),
            (new[] { Hex("f4b8c8"), Hex("e890ac"), Hex("fce0e4"), Hex("c86c90") }, Hex("dfe8f0"), Hex("6c7a5c"), "cherry blossom"),
            (new[] { Hex("c8342c"), Hex("982430"), Hex("e8603c"), Hex("f09050") }, Hex("d8d0c8"), Hex("4a3430"), "red maple leaves"));
        plate.Grade = Grade.Warm with { Bloom = 0.5f };
        var horizon = plate.Between(0.64f, 0.76f);
        var (sunU, sunV) = (plate.Between(0.2f, 0.8f), plate.Between(0.15f, 0.5f));
        var (sx, sy) = (plate.Between(0, 1), plate.Between(0, 1));
        plate.Shade((u, v) =>
        {
            var d = MathF.Sqrt(((u - sunU) * (u - sunU) * plate.Aspect * plate.Aspect) + ((v - sunV) * (v - sunV)));
            var woods = Step(0.2f, 0.7f, Noise.Cloud.At((u * 0.7f * plate.Aspect) + sx, (v * 0.5f) + sy)) * Step(horizon - 0.5f, horizon, v);
            var back = Mix(air * (0.8f + (0.5f * Glow(d, 0.35f))), Mix(leaves[1], air, 0.45f) * 0.7f, woods * 0.75f);
            var field = Mix(ground, leaves[(int)(Noise.Fine.At((u * plate.Aspect) + sx, v * 3) * 3.99f)], 0.55f) * (0.5f + (0.7f * Noise.Cloud.At((u * 1.5f) + sy, (v * 5) + sx)));
            return v < horizon ? back : Mix(Mix(air, field, 0.35f), field, Step(horizon, horizon + 0.14f, v));
        });
        plate.Blur(5);
        var (x, foot, height) = (plate.Width * plate.Between(0.3f, 0.7f), plate.Height * (horizon + 0.12f), plate.Height * plate.Between(0.155f, 0.19f) * Math.Min(1, plate.Aspect + 0.1f));
        var tips = new List<SKPoint>();
        using var bark = new SKPaint { Color = Sk(Hex("2a1c18")), IsAntialias = true, IsStroke = true, StrokeCap = SKStrokeCap.Round };
        Shade(plate, x, foot, height);
        Branch(plate, new(x, foot), -MathF.PI / 2, height, height * 0.13f, 0, bark, tips);
        Crown(plate, tips, leaves, height, sunU, sunV);
        Fallen(plate, leaves, horizon);
        plate.Shine(sunU * plate.Width, sunV * plate.Height, plate.Height * 0.75f, Mix(air, Hex("ffe0a0"), 0.6f), 0.4f);
        return $"A single tree full of {words} against the light, more of them on the ground.";
    }

    private static void Shade(Plate plate, float x, float foot, float height)
    {
        using var paint = new SKPaint { Color = new(20, 8, 10, 110), MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, height * 0.09f) };
        plate.Canvas.DrawOval(x, foot + (height * 0.06f), height * 1.3f, height * 0.16f, paint);
    }

    private static void Branch(Plate plate, SKPoint from, float angle, float length, float width, int depth, SKPaint paint, List<SKPoint> tips)
    {
        var (sin, cos) = MathF.SinCos(angle);
        var to = new SKPoint(from.X + (cos * length), from.Y + (sin * length));
        var bend = plate.Between(-0.12f, 0.12f) * length;
        using var limb = new SKPath();
        limb.MoveTo(from);
        limb.QuadTo(((from.X + to.X) / 2) - (sin * bend), ((from.Y + to.Y) / 2) + (cos * bend), to.X, to.Y);
        paint.StrokeWidth = width;
        plate.Canvas.DrawPath(limb, paint);
        if (depth >= 3)
        {
            tips.Add(to);
        }
        if (depth == 6)
        {
            return;
        }
        var children = depth < 2 ? 3 : 2;
        for (var i = 0; i < children; i++)
        {
            var spread = (i - ((children - 1) / 2f)) * plate.Between(0.5f, 0.8f) * (2.2f / children);
            Branch(plate, to, angle + spread + plate.Between(-0.2f, 0.2f), length * plate.Between(0.66f, 0.84f), width * 0.62f, depth + 1, paint, tips);
        }
    }

    private static void Crown(Plate plate, List<SKPoint> tips, Vector3[] leaves, float height, float sunU, float sunV)
    {
        using var leaf = new SKPaint { IsAntialias = true };
        for (var pass = 0; pass < 3; pass++)
        {
            foreach (var tip in tips)
            {
                for (var i = 0; i < 4; i++)
                {
                    var (x, y) = (tip.X + (plate.Between(-1, 1) * plate.Between(0, 1) * height * 0.3f), tip.Y + (plate.Between(-1, 1) * plate.Between(0, 1) * height * 0.25f));
                    var near = Glow(MathF.Sqrt(MathF.Pow((x / plate.Width) - sunU, 2) + MathF.Pow((y / plate.Height) - sunV, 2)), 0.35f);
                    var tone = pass == 0 ? 0.45f : plate.Between(0.65f, 1.1f) + (0.5f * near);
                    leaf.Color = Sk(plate.Pick<Vector3>(leaves) * tone, 0.9f);
                    var r = height * plate.Between(0.012f, 0.032f) * (pass == 0 ? 1.6f : 1);
                    plate.Canvas.DrawOval(x, y, r, r * plate.Between(0.5f, 0.9f), leaf);
                }
            }
        }
    }

    private static void Fallen(Plate plate, Vector3[] leaves, float horizon)
    {
        using var leaf = new SKPaint { IsAntialias = true };
        for (var i = 0; i < 1500; i++)
        {
            var t = MathF.Sqrt(plate.Random.NextSingle());
            var (x, y) = (plate.Between(0, plate.Width), plate.Height * (horizon + 0.03f + ((1 - horizon) * t)));
            var r = plate.Height * Mix(0.0015f, 0.009f, t) * plate.Between(0.6f, 1.2f);
            leaf.Color = Sk(plate.Pick<Vector3>(leaves) * plate.Between(0.4f, 1.15f), 0.9f);
            plate.Canvas.DrawOval(x, y, r, r * plate.Between(0.3f, 0.6f), leaf);
        }
    }
}
