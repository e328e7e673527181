using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Hot-air balloons over a land of soft rock at first light.</summary>
internal static class Balloons
{
    private static readonly Vector3[][] Cloths =
    [
        [Hex("d8482c"), Hex("f4c048")], [Hex("2c6a9c"), Hex("f0ece0")], [Hex("e8903c"), Hex("7a2c3c")],
        [Hex("f0d060"), Hex("2c8a7c")], [Hex("7a4a9c"), Hex("f0a8b8")], [Hex("b82c48"), Hex("f8e8d0")],
    ];

    public static string Paint(Plate plate)
    {
        var hour = plate.Pick(Hour.Dawn, Hour.Golden, Hour.Morning);
        plate.Grade = Grade.Warm;
        var horizon = plate.Between(0.56f, 0.68f);
        var sunU = plate.Chance(0.5f) ? 0.05f : 0.95f;
        var sky = new Sky(plate, hour, horizon + 0.05f, sunU, horizon - 0.06f, plate.Between(0.1f, 0.4f));
        plate.Shade(sky.At, coarse: 2);
        var rock = Hex("d8b898");
        new Terrain(Relief.Alps, 0.06f, (h, flat, x, y) => rock * (0.9f + ((Noise.Fine.At(x * 2, y * 2) - 0.5f) * 0.4f)) * (flat > 0.9f ? new Vector3(0.8f, 0.9f, 0.7f) : Vector3.One))
        {
            CameraHeight = plate.Between(0.08f, 0.1f),
            Heading = (sunU > 0.5f ? 1 : -1) * plate.Between(0.5f, 0.9f),
            Horizon = horizon,
            Near = 0.1f,
            Haze = 2.2f,
            ValleyMist = 3,
            SunSlope = 0.25f,
        }.Paint(plate, hour, (u, v) => Mix(hour.Haze, sky.At(u, horizon), 0.4f));
        var count = plate.Random.Next(5, 14);
        for (var i = 0; i < count; i++)
        {
            var t = MathF.Pow(i / (count - 1f), 2.2f);
            var size = plate.Height * Mix(0.012f, 0.13f, t) * plate.Between(0.85f, 1.15f);
            Balloon(plate, hour, plate.Between(0.06f, 0.94f) * plate.Width, plate.Height * plate.Between(0.12f, horizon - 0.04f - (0.12f * t)), size, sunU, 1 - t);
        }
        return $"Hot-air balloons of different sizes floating over rocky valleys {hour.Words}.";
    }

    private static void Balloon(Plate plate, Hour hour, float x, float y, float r, float sunU, float far)
    {
        var cloth = plate.Pick<Vector3[]>(Cloths);
        using var envelope = new SKPath();
        envelope.MoveTo(x - (r * 0.22f), y + (r * 1.25f));
        envelope.CubicTo(x - (r * 0.6f), y + (r * 0.8f), x - r, y + (r * 0.45f), x - r, y - (r * 0.1f));
        envelope.CubicTo(x - r, y - (r * 1.35f), x + r, y - (r * 1.35f), x + r, y - (r * 0.1f));
        envelope.CubicTo(x + r, y + (r * 0.45f), x + (r * 0.6f), y + (r * 0.8f), x + (r * 0.22f), y + (r * 1.25f));
        envelope.Close();
        plate.Canvas.Save();
        plate.Canvas.ClipPath(envelope, antialias: true);
        const int gores = 12;
        for (var i = 0; i < gores; i++)
        {
            using var paint = Figures.Paint(Mix(cloth[i % 2], hour.Haze, far * 0.55f));
            var (left, right) = (MathF.Sin(((i / (float)gores) - 0.5f) * MathF.PI) * r, MathF.Sin((((i + 1) / (float)gores) - 0.5f) * MathF.PI) * r);
            using var gore = new SKPath();
            gore.MoveTo(x, y - (r * 1.12f));
            gore.CubicTo(x + left, y - (r * 0.9f), x + (left * 1.15f), y + (r * 0.3f), x + (left * 0.3f), y + (r * 1.3f));
            gore.LineTo(x + (right * 0.3f), y + (r * 1.3f));
            gore.CubicTo(x + (right * 1.15f), y + (r * 0.3f), x + right, y - (r * 0.9f), x, y - (r * 1.12f));
            plate.Canvas.DrawPath(gore, paint);
        }
        var lit = x + (r * (sunU > 0.5f ? 0.5f : -0.5f));
        using var shader = SKShader.CreateRadialGradient(new(lit, y - (r * 0.35f)), r * 1.7f, [new(255, 240, 210, 90), new(255, 220, 180, 0), new(30, 14, 50, 150)], [0, 0.35f, 1], SKShaderTileMode.Clamp);
        using var volume = new SKPaint { Shader = shader };
        plate.Canvas.DrawRect(x - r, y - (r * 1.3f), r * 2, r * 2.7f, volume);
        plate.Canvas.Restore();
        using var rope = new SKPaint { Color = new(40, 26, 20, 190), StrokeWidth = Math.Max(0.7f, r * 0.012f), IsAntialias = true };
        plate.Canvas.DrawLine(x - (r * 0.2f), y + (r * 1.25f), x - (r * 0.1f), y + (r * 1.55f), rope);
        plate.Canvas.DrawLine(x + (r * 0.2f), y + (r * 1.25f), x + (r * 0.1f), y + (r * 1.55f), rope);
        using var basket = Figures.Paint(Mix(Hex("5c3a20"), hour.Haze, far * 0.6f));
        plate.Canvas.DrawRoundRect(x - (r * 0.12f), y + (r * 1.55f), r * 0.24f, r * 0.19f, r * 0.03f, r * 0.03f, basket);
        if (r > 40)
        {
            plate.Shine(x, y + (r * 1.35f), r * 0.5f, Hex("ffb040"), 0.5f);
        }
    }
}
