using System.Globalization;
using System.Numerics;
using SkiaSharp;

namespace Tintype.Demo.Painting;

/// <summary>Colours as linear light (0 black, 1 paper white, more where the sun is in the picture).</summary>
internal static class Light
{
    /// <summary>Reads "rrggbb". Gamma 2 stands for sRGB: a square root is cheap and no eye tells the difference here.</summary>
    public static Vector3 Hex(string hex)
    {
        var rgb = int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var c = new Vector3((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255) / 255f;
        return c * c;
    }

    public static Vector3 Mix(Vector3 a, Vector3 b, float t) => a + ((b - a) * Math.Clamp(t, 0, 1));

    public static float Mix(float a, float b, float t) => a + ((b - a) * t);

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, smooth between.</summary>
    public static float Step(float from, float to, float x)
    {
        var t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - (2 * t));
    }

    /// <summary>A soft light around a point at distance <paramref name="d"/>: 1 at the point, half at <paramref name="half"/>.</summary>
    public static float Glow(float d, float half) => 1 / (1 + (d * d / (half * half)));

    /// <summary>Rolls highlights off like film does, so that a sun keeps its colour, and packs BGRA.</summary>
    public static uint Develop(Vector3 c, float alpha = 1)
    {
        const float shoulder = 0.72f;
        var over = Vector3.Max(c - new Vector3(shoulder), Vector3.Zero);
        c = c - over + (over / (Vector3.One + (over / (1 - shoulder))));
        c = Vector3.SquareRoot(Vector3.Max(c, Vector3.Zero)) * (255.5f * alpha);
        return ((uint)(alpha * 255.5f) << 24) | ((uint)c.X << 16) | ((uint)c.Y << 8) | (uint)c.Z;
    }

    public static SKColor Sk(Vector3 c, float alpha = 1)
    {
        var argb = Develop(c);
        return new((byte)(argb >> 16), (byte)(argb >> 8), (byte)argb, (byte)(Math.Clamp(alpha, 0, 1) * 255));
    }
}
