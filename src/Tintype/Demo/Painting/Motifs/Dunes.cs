using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>A sand sea in low light: everything lives by the line between the lit side and the dark one.</summary>
internal static class Dunes
{
    public static string Paint(Plate plate)
    {
        var hour = plate.Pick(Hour.Golden, Hour.Dawn, Hour.Dusk, Hour.Morning);
        plate.Grade = Grade.Warm;
        var horizon = plate.Between(0.2f, 0.36f);
        var sunRight = plate.Chance(0.5f);
        var sky = new Sky(plate, hour, horizon, sunRight ? 1.15f : -0.15f, horizon * 0.5f, plate.Chance(0.4f) ? 0.45f : 0);
        plate.Shade(sky.At, coarse: 2);
        var sand = plate.Pick(Hex("dcb083"), Hex("e0a878"), Hex("d9c1a0"), Hex("c98a62"));
        Vector3 Ground(float height, float flat, float x, float y)
        {
            var bend = Noise.Cloud.At(x * 3, y * 3) * 6;
            var ripple = MathF.Sin(((x * 900) + (y * 300)) + (bend * 9)) * Step(0.8f, 0.97f, flat);
            return sand * (1 + (ripple * 0.09f) + ((Noise.Fine.At(x * 9, y * 9) - 0.5f) * 0.25f));
        }
        new Terrain(Relief.Dunes, plate.Between(0.05f, 0.075f), Ground)
        {
            CameraHeight = plate.Between(0.085f, 0.13f),
            Heading = (sunRight ? 1 : -1) * plate.Between(0.5f, 1.6f),
            Horizon = horizon,
            Near = 0.06f,
            Far = 2,
            Zoom = plate.Between(1, 1.7f),
            Haze = plate.Between(0.3f, 0.8f),
            SunSlope = plate.Between(0.1f, 0.22f),
        }.Paint(plate, hour, (u, v) => Mix(hour.Haze, sky.At(u, horizon - 0.02f), 0.6f));
        return $"Wind-shaped sand dunes with long shadows {hour.Words}.";
    }
}
