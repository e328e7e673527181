using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Open sea with the sun's path on it.</summary>
internal static class Sea
{
    public static string Paint(Plate plate)
    {
        var hour = plate.Pick(Hour.Golden, Hour.Dawn, Hour.Dusk, Hour.Storm, Hour.Blue);
        plate.Grade = hour.Grade with { Bloom = 0.6f };
        var horizon = plate.Between(0.36f, 0.62f);
        var sunU = plate.Between(0.25f, 0.75f);
        var sunV = horizon - plate.Between(0.03f, 0.16f);
        var sky = new Sky(plate, hour, horizon, sunU, sunV, plate.Between(0.25f, 0.66f));
        plate.Shade(sky.At, coarse: 2);
        Paint(plate, hour, sky, horizon, plate.Between(0.4f, 1));
        return $"The open sea {hour.Words}, the sun low over the horizon and its path glittering on the waves.";
    }

    private static void Paint(Plate plate, Hour hour, Sky sky, float horizon, float swell)
    {
        var (shiftX, shiftY) = (plate.Between(0, 1), plate.Between(0, 1));
        var deep = Mix(hour.Shade, hour.Zenith, 0.5f) * 0.3f;
        var aspect = plate.Aspect;
        plate.Lay((u, v) =>
        {
            var depth = v - horizon;
            if (depth <= 0)
            {
                return default;
            }
            var far = 0.09f / (depth + 0.006f);
            var x = (u - 0.5f) * aspect * (far + 0.12f);
            float Wave(float x, float y) =>
                (Noise.Soft.At((x * 0.5f) + shiftX, (y * 1.1f) + shiftY) * 0.9f * swell) + (Noise.Ridge.At((x * 1.1f) + shiftY, (y * 1.9f) + shiftX) * 0.5f)
                + (Noise.Cloud.At((x * 5) + shiftX, (y * 7) + shiftY) * 0.16f);
            var h = Wave(x, far);
            var facing = (Wave(x, far + 0.012f) - h) * 9;
            var calm = Step(0, 0.1f, depth);
            facing *= 0.35f + (0.65f * calm);
            // A wave that leans back mirrors the high sky, one that leans forward shows the deep.
            var mirror = hour.Sky(Math.Clamp(0.25f + (facing * 0.9f) + (depth * 0.5f), 0, 1));
            var fresnel = Math.Clamp(0.75f - (depth * 0.9f) + (facing * 0.5f), 0.12f, 0.95f);
            var c = Mix(deep, mirror, fresnel);
            var off = Math.Abs(u - sky.SunU) * aspect;
            var path = Glow(off, 0.05f + (depth * 0.22f));
            c += hour.Sun * (path * path * Step(0.1f, 0.75f, facing + 0.35f + (0.25f * path)) * 0.9f);
            c = Mix(hour.Horizon, c, 0.35f + (0.65f * Step(0, 0.12f, depth)));
            return new(c, Step(0, 0.003f, depth));
        });
    }
}
