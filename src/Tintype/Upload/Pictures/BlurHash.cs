using System.Text;

namespace Tintype.Upload.Pictures;

/// <summary>
/// A blurred placeholder in about 28 characters, shown until the photo is there: the picture's lowest cosine frequencies, averaged
/// in linear light and written in base 83.
/// </summary>
/// <remarks>
/// Source: Dag Agren's BlurHash algorithm for Wolt (https://github.com/woltapp/blurhash/blob/master/Algorithm.md). Departure:
/// the cosines along each axis are computed once instead of once for each pixel.
/// </remarks>
internal static class BlurHash
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
    private static readonly float[] LinearOf = [.. Enumerable.Range(0, 256).Select(value => ToLinear(value / 255f))];

    /// <param name="rgb">Three bytes for each pixel, row by row. 32 x 32 pixels are plenty: only the lowest frequencies count.</param>
    /// <param name="across">Components along the width, 1 to 9.</param>
    /// <param name="down">Components along the height, 1 to 9.</param>
    public static string Encode(ReadOnlySpan<byte> rgb, int width, int height, int across, int down)
    {
        var components = new (float R, float G, float B)[across * down];
        var cosX = Cosines(width, across);
        var cosY = Cosines(height, down);
        for (var j = 0; j < down; j++)
        {
            for (var i = 0; i < across; i++)
            {
                components[(j * across) + i] = Component(rgb, width, height, cosX[i], cosY[j], isAverage: i + j == 0);
            }
        }

        var rest = components.AsSpan(1);
        var greatest = 0f;
        foreach (var (r, g, b) in rest)
        {
            greatest = Math.Max(greatest, Math.Max(Math.Abs(r), Math.Max(Math.Abs(g), Math.Abs(b))));
        }
        var scale = rest.IsEmpty ? 0 : Math.Clamp((int)MathF.Floor((greatest * 166) - 0.5f), 0, 82);

        var text = new StringBuilder(6 + (2 * rest.Length));
        Append(text, (across - 1) + ((down - 1) * 9), 1);
        Append(text, scale, 1);
        var (averageR, averageG, averageB) = components[0];
        Append(text, (ToSrgb(averageR) << 16) | (ToSrgb(averageG) << 8) | ToSrgb(averageB), 4);
        foreach (var (r, g, b) in rest)
        {
            var unit = (scale + 1) / 166f;
            Append(text, (Quantise(r / unit) * 19 * 19) + (Quantise(g / unit) * 19) + Quantise(b / unit), 2);
        }
        return text.ToString();
    }

    private static (float R, float G, float B) Component(
        ReadOnlySpan<byte> rgb, int width, int height, float[] cosX, float[] cosY, bool isAverage)
    {
        float r = 0, g = 0, b = 0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var weight = cosX[x] * cosY[y];
                var at = 3 * ((y * width) + x);
                r += weight * LinearOf[rgb[at]];
                g += weight * LinearOf[rgb[at + 1]];
                b += weight * LinearOf[rgb[at + 2]];
            }
        }
        var norm = (isAverage ? 1f : 2f) / (width * height);
        return (r * norm, g * norm, b * norm);
    }

    private static float[][] Cosines(int length, int components) =>
        [.. Enumerable.Range(0, components).Select(k =>
            Enumerable.Range(0, length).Select(x => MathF.Cos(MathF.PI * k * x / length)).ToArray())];

    private static void Append(StringBuilder text, int value, int digits)
    {
        var divisor = (int)Math.Pow(83, digits - 1);
        for (; divisor > 0; divisor /= 83)
        {
            text.Append(Digits[value / divisor % 83]);
        }
    }

    /// <summary>-1 to 1 onto 0 to 18, finer around 0.</summary>
    private static int Quantise(float value) =>
        Math.Clamp((int)MathF.Floor((MathF.Sign(value) * MathF.Sqrt(MathF.Abs(value)) * 9) + 9.5f), 0, 18);

    private static float ToLinear(float srgb) => srgb <= 0.04045f ? srgb / 12.92f : MathF.Pow((srgb + 0.055f) / 1.055f, 2.4f);

    private static int ToSrgb(float linear)
    {
        var value = Math.Clamp(linear, 0, 1);
        return (int)(((value <= 0.0031308f ? value * 12.92f : (1.055f * MathF.Pow(value, 1 / 2.4f)) - 0.055f) * 255) + 0.5f);
    }
}
