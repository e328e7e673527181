using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting;

/// <summary>A sky over a horizon, with a sun in it or out of it and clouds drawn towards the horizon as on a ceiling.</summary>
internal sealed class Sky(Plate plate, Hour hour, float horizon, float sunU, float sunV, float clouds)
{
    private readonly float shiftX = plate.Between(0, 1);
    private readonly float shiftY = plate.Between(0, 1);
    private readonly float aspect = plate.Aspect;

    public float SunU => sunU;
    public float SunV => sunV;

    /// <summary>Light of the sky at a place; below the horizon the haze of the horizon goes on.</summary>
    public Vector3 At(float u, float v)
    {
        var height = Math.Max(0, (horizon - v) / Math.Max(horizon, 0.05f));
        var clear = hour.Sky(height) + (hour.Sun * SunGlow(u, v));
        return clouds <= 0 || v >= horizon ? clear : Clouded(u, v, height, clear);
    }

    public float SunGlow(float u, float v)
    {
        var (dx, dy) = ((u - sunU) * aspect, v - sunV);
        var d = MathF.Sqrt((dx * dx) + (dy * dy));
        return (0.16f * Glow(d, 0.25f)) + (0.35f * Glow(d, 0.05f)) + (1.6f * Step(0.03f, 0.024f, d));
    }

    private Vector3 Clouded(float u, float v, float height, Vector3 clear)
    {
        var far = 0.22f / (horizon - v + 0.1f);
        var (x, y) = (((u - 0.5f) * aspect * far * 0.9f) + shiftX, (far * 1.3f) + shiftY);
        var body = Thickness(x, y);
        var cover = Step(1 - clouds, 1 - clouds + 0.26f, body);
        if (cover <= 0)
        {
            return clear;
        }
        // What is thicker towards the sun stands in its own shadow.
        var towards = 0.018f * Math.Clamp((sunU - u) * 5, -1, 1);
        var shaded = Math.Clamp(0.55f + ((Thickness(x + towards, y + 0.02f) - body) * -4.5f) - (cover * 0.12f), 0, 1);
        var near = Glow(MathF.Sqrt(((u - sunU) * (u - sunU) * aspect * aspect) + ((v - sunV) * (v - sunV))), 0.4f);
        var bright = Mix(hour.Horizon, hour.Sun, 0.25f + (0.5f * near)) * (0.75f + (0.35f * near));
        var dark = Mix(hour.Shade, hour.Haze, 0.45f);
        var cloud = Mix(dark, bright, shaded);
        return Mix(clear, Mix(cloud, hour.Horizon, Step(0.25f, 0, height) * 0.6f), cover * 0.92f);
    }

    private static float Thickness(float x, float y) =>
        (Noise.Cloud.At(x * 0.34f, y * 0.34f) * 0.68f) + (Noise.Cloud.At(x * 1.3f, y * 1.7f) * 0.32f);
}
