using System.Numerics;
using SkiaSharp;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting;

/// <summary>What stands in a clear sky at night.</summary>
internal static class NightSky
{
    private static readonly Vector3[] Colours = [Hex("ffffff"), Hex("cfe0ff"), Hex("fff0d8"), Hex("ffd8b8"), Hex("b8ccff")];

    /// <summary>Many faint stars and a few bright ones, as magnitudes are spread.</summary>
    public static void Stars(Plate plate, float horizon, int count)
    {
        using var paint = new SKPaint { IsAntialias = true };
        for (var i = 0; i < count * plate.Aspect; i++)
        {
            var magnitude = MathF.Pow(plate.Random.NextSingle(), 5);
            var (x, y) = (plate.Between(0, plate.Width), plate.Between(0, horizon * plate.Height));
            var fading = Step(horizon, horizon * 0.6f, y / plate.Height);
            paint.Color = Sk(plate.Pick<Vector3>(Colours), (0.25f + (0.75f * magnitude)) * (0.2f + (0.8f * fading)));
            plate.Canvas.DrawCircle(x, y, 0.6f + (1.5f * magnitude), paint);
            if (magnitude > 0.75f)
            {
                plate.Shine(x, y, 11 * magnitude, plate.Pick<Vector3>(Colours), 0.5f);
            }
        }
    }
}
