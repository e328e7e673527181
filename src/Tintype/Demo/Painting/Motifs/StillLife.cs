using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Fruit on a table by a window: balls shaded one by one, each giving the table its shadow.</summary>
internal static class StillLife
{
    private sealed record Fruit(float X, float Y, float Radius, Vector3 Skin, Vector3 Blush, float Gloss);

    public static string Paint(Plate plate)
    {
        var (skins, wall, cloth, words) = plate.Pick(
            (new[] { Hex("e07a24"), Hex("f09a34"), Hex("d86418") }, Hex("3a4648"), Hex("8a7260"), "oranges"),
            (new[] { Hex("a83430"), Hex("c85038"), Hex("b8a03c") }, Hex("4a3c34"), Hex("c8bca8"), "apples"),
            (new[] { Hex("e8c83c"), Hex("f0d860"), Hex("d8b830") }, Hex("2c4458"), Hex("d8d0c0"), "lemons"),
            (new[] { Hex("4a2448"), Hex("6a3458"), Hex("3a2038") }, Hex("6a6458"), Hex("a89878"), "plums"),
            (new[] { Hex("e88a60"), Hex("f0a878"), Hex("d86a54") }, Hex("54483c"), Hex("e0d4c0"), "peaches"));
        plate.Grade = Grade.Matte with { Vignette = 0.75f, Contrast = 0.5f };
        var fruits = Arrange(plate, skins);
        var (edge, fromLeft) = (plate.Between(0.5f, 0.58f), plate.Chance(0.6f));
        var sun = Vector3.Normalize(new(fromLeft ? -0.75f : 0.75f, -0.5f, 0.6f));
        var (sx, sy) = (plate.Between(0, 1), plate.Between(0, 1));
        plate.Shade((u, v) => At(plate, u, v, fruits, sun, wall, cloth, edge, sx, sy));
        return $"A still life of {words} on a table, lit softly from a window at the {(fromLeft ? "left" : "right")}.";
    }

    private static Fruit[] Arrange(Plate plate, Vector3[] skins)
    {
        var size = plate.Between(0.1f, 0.14f);
        var fruits = new List<Fruit>();
        var count = plate.Random.Next(3, 7);
        var middle = (plate.Aspect / 2) + plate.Between(-0.08f, 0.08f);
        for (var i = 0; i < 60 && fruits.Count < count; i++)
        {
            var r = size * plate.Between(0.85f, 1.15f);
            var fruit = new Fruit(middle + plate.Between(-0.42f, 0.42f), plate.Between(0.62f, 0.78f), r, plate.Pick<Vector3>(skins), plate.Pick<Vector3>(skins), plate.Between(0.3f, 0.9f));
            if (fruits.All(f => MathF.Abs(f.X - fruit.X) > (f.Radius + r) * 0.75f || MathF.Abs(f.Y - fruit.Y) > r * 0.9f))
            {
                fruits.Add(fruit);
            }
        }
        // The nearest, lowest in the picture, is looked at first.
        return [.. fruits.OrderByDescending(f => f.Y)];
    }

    private static Vector3 At(Plate plate, float u, float v, Fruit[] fruits, Vector3 sun, Vector3 wall, Vector3 cloth, float edge, float sx, float sy)
    {
        var x = u * plate.Aspect;
        foreach (var f in fruits)
        {
            var (dx, dy) = ((x - f.X) / f.Radius, (v - f.Y) / (f.Radius * 0.95f));
            var d = (dx * dx) + (dy * dy);
            if (d < 1)
            {
                return Ball(f, dx, dy, d, sun, cloth, sx);
            }
        }
        var window = Step(1.2f, -0.1f, MathF.Abs((sun.X < 0 ? x : plate.Aspect - x) - (v * 0.5f) - 0.1f));
        if (v < edge)
        {
            var plaster = Noise.Cloud.At((x * 0.6f) + sx, (v * 0.6f) + sy);
            return wall * (0.3f + (0.55f * plaster) + (1.1f * window)) * (0.75f + (0.4f * v));
        }
        var weave = (Noise.Fine.At((x * 0.8f) + sx, (v * 2.4f) + sy) - 0.5f) * 0.35f;
        var grain = (Noise.Cloud.At((x * 0.3f) + sy, (v * 4) + sx) - 0.5f) * 0.5f;
        var table = cloth * (0.55f + weave + grain + (0.75f * window));
        return table * Shade(fruits, x, v, sun) * (0.35f + (0.65f * Step(edge, edge + 0.025f, v)));
    }

    private static float Shade(Fruit[] fruits, float x, float v, Vector3 sun)
    {
        var light = 1f;
        foreach (var f in fruits)
        {
            var foot = f.Y + (f.Radius * 0.72f);
            var (tx, ty) = (x - f.X, (v - foot) * 2.6f);
            // Away from the window the shadow grows long and soft; under the fruit it is small and dark.
            var away = -sun.X * tx;
            var stretched = away > 0 ? tx / 2.1f : tx;
            var d = MathF.Sqrt((stretched * stretched) + (ty * ty)) / f.Radius;
            var soft = 0.35f + (Math.Max(0, away) / f.Radius * 0.25f);
            light *= 1 - (0.72f * Step(1 + (soft * 0.4f), 1 - soft, d)) + (0.05f * Step(0, 1, away));
            light *= 1 - (0.6f * Step(0.75f, 0.1f, MathF.Sqrt((tx * tx) + (ty * ty)) / f.Radius));
        }
        return Math.Max(0.06f, light);
    }

    private static Vector3 Ball(Fruit f, float dx, float dy, float d, Vector3 sun, Vector3 cloth, float sx)
    {
        var normal = new Vector3(dx, dy, MathF.Sqrt(1 - d));
        var pores = (Noise.Fine.At((normal.X * 0.13f / (0.6f + normal.Z)) + f.X + sx, (normal.Y * 0.13f / (0.6f + normal.Z)) + f.Y) - 0.5f) * 0.22f;
        var bloom = Noise.Cloud.At((dx * 0.16f) + (f.X * 3), (dy * 0.16f) + f.Y);
        normal = Vector3.Normalize(normal + new Vector3(pores * 0.5f, pores * 0.5f, 0));
        var skin = Mix(f.Skin, f.Blush, Step(0.4f, 0.65f, bloom)) * (1 + pores);
        var facing = Vector3.Dot(normal, sun);
        var half = Vector3.Normalize(sun + Vector3.UnitZ);
        var gloss = MathF.Pow(Math.Max(0, Vector3.Dot(normal, half)), 48) * f.Gloss;
        var bounced = cloth * Math.Max(0, normal.Y) * 0.22f;
        var rim = MathF.Pow(1 - normal.Z, 3) * 0.1f;
        return (skin * (0.08f + (1.25f * Step(-0.15f, 1.05f, facing)))) + (skin * bounced * 2) + new Vector3((gloss * 0.75f) + (rim * Math.Max(0, facing)));
    }
}
