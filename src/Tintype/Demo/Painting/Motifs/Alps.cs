using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>High mountains, with snow from a line up, sometimes over a lake that holds them upside down.</summary>
internal static class Alps
{
    private static readonly Vector3 Snow = Hex("f4f6fb");

    public static string Paint(Plate plate)
    {
        var hour = Hour.Draw(plate);
        plate.Grade = hour.Grade;
        var lake = plate.Chance(0.4f);
        var horizon = lake ? plate.Between(0.52f, 0.6f) : plate.Between(0.4f, 0.5f);
        var sunRight = plate.Chance(0.5f);
        var sunU = sunRight ? plate.Between(0.75f, 1.2f) : plate.Between(-0.2f, 0.25f);
        var sky = new Sky(plate, hour, horizon + 0.1f, sunU, horizon * plate.Between(0.3f, 0.8f), plate.Between(0.3f, 0.62f));
        plate.Shade(sky.At, coarse: 2);
        var snowLine = plate.Between(0.3f, 0.6f);
        var rock = plate.Pick(Hex("77706c"), Hex("6c6a72"), Hex("84705f"));
        var grass = plate.Pick(Hex("55663c"), Hex("6c6a3a"), Hex("3d5440"), Hex("7a6a40"));
        Vector3 Ground(float height, float flat, float x, float y)
        {
            var rough = Noise.Fine.At(x * 2.3f, y * 2.3f) - 0.5f;
            var stone = rock * (1 + (rough * 1.2f));
            var low = Mix(stone, grass * (1 + rough), Step(0.72f, 0.9f, flat) * Step(snowLine + 0.05f, snowLine - 0.15f, height));
            var lies = Step(snowLine - 0.04f, snowLine + 0.1f, height + (rough * 0.2f)) * Step(0.42f, 0.68f, flat + (rough * 0.25f));
            return Mix(low, Snow, lies);
        }
        new Terrain(Relief.Alps, plate.Between(0.15f, 0.2f), Ground)
        {
            CameraHeight = lake ? plate.Between(0.04f, 0.06f) : plate.Between(0.11f, 0.16f),
            Heading = (sunRight ? 1 : -1) * plate.Between(0.7f, 1.3f),
            Horizon = horizon,
            Near = lake ? 0.3f : 0.2f,
            Zoom = plate.Between(1.5f, 2.4f),
            Haze = plate.Between(0.35f, 0.9f),
            ValleyMist = plate.Between(0, 2f),
            SunSlope = plate.Between(0.3f, 0.6f),
        }.Paint(plate, hour, (u, v) => Mix(hour.Haze, sky.At(u, horizon), 0.5f));
        if (lake)
        {
            Water.Mirror(plate, horizon + plate.Between(0.015f, 0.04f), hour, plate.Between(0.2f, 1f));
        }
        return $"{(lake ? "A mountain lake mirroring" : "A range of")} {(snowLine < 0.45f ? "snow-covered peaks" : "rocky peaks with patches of snow")} {hour.Words}.";
    }
}
