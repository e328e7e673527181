using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>People on a hill before a sun that is larger than they are.</summary>
internal static class Silhouette
{
    public static string Paint(Plate plate)
    {
        var hour = plate.Pick(Hour.Golden, Hour.Dusk, Hour.Dawn);
        plate.Grade = Grade.Warm with { Bloom = 0.65f };
        var ground = plate.Between(0.76f, 0.86f);
        var u = plate.Between(0.3f, 0.7f);
        var (sunU, sunV, radius) = (u + plate.Between(-0.1f, 0.1f), ground - plate.Between(0.1f, 0.24f), plate.Between(0.14f, 0.24f));
        var sky = new Sky(plate, hour, ground + 0.05f, sunU, sunV, plate.Between(0.25f, 0.55f));
        plate.Shade(sky.At, coarse: 2);
        Sun(plate, hour, sunU * plate.Width, sunV * plate.Height, radius * plate.Height);
        var row = plate.Between(0, 1);
        for (var layer = 0; layer < 2; layer++)
        {
            using var far = Figures.Paint(Mix(hour.Haze, hour.Shade, 0.35f + (0.3f * layer)) * (0.75f - (0.3f * layer)));
            using var hills = Figures.Hill(plate, x => plate.Height * (ground - 0.035f + (0.04f * layer) - (0.14f * (Noise.Cloud.At((x * 0.4f) + row + (0.3f * layer), row) - 0.4f))));
            plate.Canvas.DrawPath(hills, far);
        }
        using var ink = Figures.Paint(Hex("0a0608"));
        float Crest(float x) => plate.Height * (ground + 0.04f - (0.09f * Glow((x - u) * plate.Aspect, 0.4f)) - (0.05f * (Noise.Soft.At((x * 0.3f) + row, row) - 0.5f)));
        using var hill = Figures.Hill(plate, Crest);
        plate.Canvas.DrawPath(hill, ink);
        Grass(plate, Crest, ink);
        var people = plate.Random.Next(1, 4);
        var size = plate.Height * plate.Between(0.13f, 0.2f);
        for (var i = 0; i < people; i++)
        {
            var at = u + ((i - ((people - 1) / 2f)) * size * plate.Between(0.34f, 0.5f) / plate.Width);
            Figures.Person(plate, at * plate.Width, Crest(at) + 3, size * plate.Between(0.86f, 1.05f), ink);
        }
        Figures.Birds(plate, plate.Width * plate.Between(0.2f, 0.8f), plate.Height * plate.Between(0.2f, 0.4f), plate.Random.Next(3, 11), plate.Height * 0.014f, ink);
        return $"The {(people == 1 ? "silhouette of one person" : $"silhouettes of {(people == 2 ? "two" : "three")} people")} on a hill before a large low sun, birds above.";
    }

    private static void Sun(Plate plate, Hour hour, float x, float y, float radius)
    {
        plate.Shine(x, y, radius * 3, hour.Sun, 0.75f);
        using var shader = SKShader.CreateLinearGradient(new(x, y - radius), new(x, y + radius), [Sk(Hex("fff6d8")), Sk(hour.Sun * 0.9f)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true, MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, radius * 0.012f) };
        plate.Canvas.DrawCircle(x, y, radius, paint);
    }

    private static void Grass(Plate plate, Func<float, float> crest, SKPaint ink)
    {
        using var blade = ink.Clone();
        blade.IsStroke = true;
        for (var i = 0; i < 800 * plate.Aspect; i++)
        {
            var x = plate.Between(0, 1);
            var (y, h) = (crest(x) + plate.Between(0, 8), plate.Height * plate.Between(0.006f, 0.032f));
            blade.StrokeWidth = plate.Between(0.8f, 2);
            using var path = new SKPath();
            path.MoveTo(x * plate.Width, y);
            path.QuadTo(x * plate.Width, y - (h * 0.6f), (x * plate.Width) + (h * plate.Between(-0.1f, 0.6f)), y - h);
            plate.Canvas.DrawPath(path, blade);
        }
    }
}
