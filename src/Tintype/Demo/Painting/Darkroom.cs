using System.Numerics;
using SkiaSharp;

namespace Tintype.Demo.Painting;

/// <summary>How a picture is finished. All but the tints from 0 (none) to 1 (much).</summary>
/// <param name="Shadows">Tint of the dark parts, about 1 in each channel.</param>
/// <param name="Highlights">Tint of the bright parts.</param>
/// <param name="Fade">Lifts black, as old film does.</param>
internal sealed record Grade(Vector3 Shadows, Vector3 Highlights, float Contrast, float Fade, float Grain, float Vignette, float Bloom)
{
    public static readonly Grade Clean = new(new(0.97f, 1, 1.05f), new(1.02f, 1, 0.97f), 0.35f, 0.15f, 0.3f, 0.35f, 0.3f);
    public static readonly Grade Warm = new(new(0.98f, 0.97f, 1.06f), new(1.05f, 1, 0.91f), 0.4f, 0.3f, 0.4f, 0.45f, 0.45f);
    public static readonly Grade Cold = new(new(0.92f, 1, 1.12f), new(0.99f, 1, 1.02f), 0.4f, 0.2f, 0.35f, 0.5f, 0.4f);
    public static readonly Grade Night = new(new(0.9f, 0.98f, 1.15f), new(1.04f, 1, 0.94f), 0.5f, 0.2f, 0.55f, 0.6f, 0.75f);
    public static readonly Grade Matte = new(new(1.02f, 1, 1.04f), new(1.03f, 1.01f, 0.94f), 0.2f, 0.65f, 0.5f, 0.35f, 0.2f);
    public static readonly Grade Silver = new(new(1.01f, 1, 0.99f), new(1.02f, 1, 0.96f), 0.7f, 0.3f, 0.8f, 0.6f, 0.35f);
}

/// <summary>The last steps to a photograph: bloom, vignette, tone curve with split tones, grain.</summary>
internal static class Darkroom
{
    private const int GrainSize = 512;
    private static readonly sbyte[] GrainTile = MakeGrain();
    private static readonly byte[] Identity = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    public static void Develop(Plate plate)
    {
        Bloom(plate, plate.Grade.Bloom);
        Vignette(plate, plate.Grade.Vignette);
        Print(plate, plate.Grade);
    }

    private static void Bloom(Plate plate, float strength)
    {
        var info = new SKImageInfo(plate.Width / 8, plate.Height / 8, SKColorType.Bgra8888, SKAlphaType.Premul);
        using var surface = SKSurface.Create(info);
        using var sharp = SKImage.FromBitmap(plate.Bitmap);
        using var small = new SKPaint { ColorFilter = OnlyHighlights() };
        surface.Canvas.DrawImage(sharp, SKRect.Create(info.Width, info.Height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Nearest), small);
        using var bright = surface.Snapshot();
        using var blur = SKImageFilter.CreateBlur(5, 5, SKShaderTileMode.Clamp);
        using var soften = new SKPaint { ImageFilter = blur, BlendMode = SKBlendMode.Src };
        surface.Canvas.DrawImage(bright, 0, 0, soften);
        using var glow = surface.Snapshot();
        using var screen = new SKPaint { BlendMode = SKBlendMode.Screen, Color = SKColors.White.WithAlpha((byte)(strength * 255)) };
        plate.Canvas.DrawImage(glow, SKRect.Create(plate.Width, plate.Height), new SKSamplingOptions(SKFilterMode.Linear), screen);
    }

    private static SKColorFilter OnlyHighlights()
    {
        var table = new byte[256];
        for (var i = 0; i < 256; i++)
        {
            table[i] = (byte)(i * Light.Step(0.45f, 1, i / 255f));
        }
        return SKColorFilter.CreateTable(Identity, table, table, table);
    }

    private static void Vignette(Plate plate, float strength)
    {
        var centre = new SKPoint(plate.Width / 2f, plate.Height / 2f);
        var edge = new SKColor(8, 7, 12, (byte)(strength * 150));
        using var shader = SKShader.CreateRadialGradient(centre, centre.Length * 1.05f,
            [edge.WithAlpha(0), edge.WithAlpha((byte)(edge.Alpha / 6)), edge], [0.45f, 0.7f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        plate.Canvas.DrawRect(0, 0, plate.Width, plate.Height, paint);
    }

    private static void Print(Plate plate, Grade grade)
    {
        var (red, green, blue) = (Curve(grade, c => c.X), Curve(grade, c => c.Y), Curve(grade, c => c.Z));
        var pixels = plate.Pixels;
        var (shiftX, shiftY) = (plate.Random.Next(GrainSize), plate.Random.Next(GrainSize));
        var strength = (int)(grade.Grain * 256);
        for (var y = 0; y < plate.Height; y++)
        {
            var row = pixels.Slice(y * plate.Width, plate.Width);
            var grain = GrainTile.AsSpan(((y + shiftY) % GrainSize) * GrainSize, GrainSize);
            for (var x = 0; x < row.Length; x++)
            {
                var (r, g, b) = ((row[x] >> 16) & 255, (row[x] >> 8) & 255, row[x] & 255);
                // Grain shows in the middle tones; paper white and deep black have none.
                var luma = (int)((r + g + g + b) >> 2);
                var n = (grain[(x + shiftX) & (GrainSize - 1)] * strength * (320 - Math.Abs(luma - 110))) >> 16;
                row[x] = 0xff000000 | (Clamp(red[r] + n) << 16) | (Clamp(green[g] + n) << 8) | Clamp(blue[b] + n);
            }
        }
    }

    private static uint Clamp(int c) => (uint)Math.Clamp(c, 0, 255);

    private static int[] Curve(Grade grade, Func<Vector3, float> channel)
    {
        var curve = new int[256];
        for (var i = 0; i < 256; i++)
        {
            var t = i / 255f;
            var c = t + (grade.Contrast * 0.5f * (Light.Step(0, 1, t) - t) * 1.6f);
            c *= Light.Mix(channel(grade.Shadows), channel(grade.Highlights), t);
            c = (grade.Fade * 0.07f) + (c * (1 - (grade.Fade * 0.09f)));
            curve[i] = (int)((c * 255) + 0.5f);
        }
        return curve;
    }

    private static sbyte[] MakeGrain()
    {
        var random = new Random(5);
        var tile = new sbyte[GrainSize * GrainSize];
        for (var i = 0; i < tile.Length; i++)
        {
            // The sum of four draws is close enough to a bell.
            tile[i] = (sbyte)(random.Next(-16, 17) + random.Next(-16, 17) + random.Next(-16, 17) + random.Next(-16, 17));
        }
        return tile;
    }
}
