using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting;

/// <summary>Water below a shore line.</summary>
internal static class Water
{
    /// <summary>Turns what stands above the shore upside down below it, broken by ripples that grow towards the viewer.</summary>
    /// <param name="wind">0 a mirror, 1 a breeze.</param>
    public static void Mirror(Plate plate, float shore, Hour hour, float wind)
    {
        var (width, height) = (plate.Width, plate.Height);
        var line = (int)(shore * height);
        var pixels = plate.Pixels;
        var deep = hour.Shade * 0.35f;
        var (shiftX, shiftY) = (plate.Between(0, 1), plate.Between(0, 1));
        for (var y = line; y < height; y++)
        {
            var depth = (y - line + 0.5f) / height;
            var far = 0.05f / (depth + 0.004f);
            for (var x = 0; x < width; x++)
            {
                var across = ((x / (float)width) - 0.5f) * plate.Aspect * (far + 0.25f);
                var wave = Noise.Cloud.At((across * 0.7f) + shiftX, (far * 1.6f) + shiftY) - 0.5f;
                wave += (Noise.Cloud.At((across * 3) + shiftY, (far * 8) + shiftX) - 0.5f) * 0.6f;
                var sway = wave * wind * (0.01f + (depth * 0.22f)) * height;
                var from = Math.Clamp(line - 1 - (int)((y - line) * 0.96f) - (int)Math.Abs(sway * 1.5f), 0, Math.Max(0, line - 1));
                var column = Math.Clamp(x + (int)(sway * 0.25f), 0, width - 1);
                var seen = Unpack(pixels[(from * width) + column]);
                // Looking steeply down, less is mirrored and more of the depth shows.
                var mirrored = Math.Clamp(0.86f - (depth * 0.75f) + (wave * wind * 0.35f), 0.2f, 1);
                pixels[(y * width) + x] = Light.Develop(Mix(deep, seen, mirrored));
            }
        }
        using var mist = new SkiaSharp.SKPaint { Color = Sk(hour.Haze, 0.28f), MaskFilter = SkiaSharp.SKMaskFilter.CreateBlur(SkiaSharp.SKBlurStyle.Normal, height * 0.006f) };
        plate.Canvas.DrawRect(-50, line - (height * 0.004f), width + 100, height * 0.007f, mist);
    }

    private static Vector3 Unpack(uint pixel)
    {
        var c = new Vector3((pixel >> 16) & 255, (pixel >> 8) & 255, pixel & 255) / 255f;
        return c * c;
    }
}
