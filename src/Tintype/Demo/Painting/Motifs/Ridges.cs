using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Ridge behind ridge, each paler than the one before, mist between, spruces on the nearest.</summary>
internal static class Ridges
{
    public static string Paint(Plate plate)
    {
        var hour = plate.Pick(Hour.Dawn, Hour.Golden, Hour.Dusk, Hour.Blue, Hour.Morning);
        plate.Grade = hour.Grade;
        var start = plate.Between(0.3f, 0.45f);
        var sun = plate.Between(0.2f, 0.8f);
        var sky = new Sky(plate, hour, start + 0.25f, sun, start - plate.Between(-0.03f, 0.12f), plate.Chance(0.5f) ? plate.Between(0.3f, 0.5f) : 0);
        plate.Shade(sky.At, coarse: 2);
        var near = Mix(hour.Shade, hour.Zenith, 0.3f) * 0.16f;
        var layers = plate.Random.Next(6, 10);
        for (var i = 0; i < layers; i++)
        {
            Layer(plate, hour, start, near, i / (layers - 1f), sun);
        }
        return $"Forested mountain ridges fading into the haze, one behind the other, {hour.Words}.";
    }

    private static void Layer(Plate plate, Hour hour, float start, Vector3 near, float t, float sun)
    {
        var (h, row) = (plate.Height, plate.Between(0, 1));
        var baseline = start + (MathF.Pow(t, 1.25f) * (0.86f - start));
        var (swing, scale) = (Mix(0.1f, 0.26f, t), Mix(0.42f, 0.16f, t) * plate.Aspect);
        float Crest(float u) => h * (baseline - ((Noise.Cloud.At((u * scale) + row, row) - 0.5f) * swing * 2f)
            - ((Noise.Ridge.At((u * scale * 1.5f) + row, row * 3) - 0.5f) * swing * 0.5f));
        using var path = Figures.Hill(plate, Crest);
        var body = Mix(Mix(hour.Haze, hour.Horizon, 0.35f), near, MathF.Pow(t, 0.75f) * 0.97f);
        var mist = Mix(body, hour.Haze, 0.75f - (0.55f * t));
        var top = h * (baseline - swing);
        using var shader = SKShader.CreateLinearGradient(new(0, top), new(0, top + (h * 0.34f)), [Sk(body), Sk(mist)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        plate.Canvas.DrawPath(path, paint);
        var trees = t > 0.35f ? (int)(Mix(190, 60, t) * plate.Aspect) : 0;
        using var tree = Figures.Paint(body);
        for (var i = 0; i < trees; i++)
        {
            var u = plate.Between(-0.02f, 1.02f);
            // Trees stand together where the noise lets them.
            if (Noise.Cloud.At((u * 2.3f) + row, row * 7) > 0.44f)
            {
                Figures.Spruce(plate, u * plate.Width, Crest(u) + (h * 0.006f), h * Mix(0.012f, 0.13f, t * t) * plate.Between(0.5f, 1.15f), tree);
            }
        }
        if (t < 0.8f)
        {
            plate.Shine(sun * plate.Width, h * baseline, h * 0.5f, hour.Sun * 0.5f, 0.16f * (1 - t));
        }
    }
}
