using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Marbled paper or a cut agate: noise that bends noise (Quilez, "Domain warping"), veined with gold.</summary>
internal static class Ink
{
    public static string Paint(Plate plate)
    {
        var (inks, vein, words) = plate.Pick(
            (new[] { Hex("0c2438"), Hex("1c5c78"), Hex("88b8b8"), Hex("f0ece0") }, Hex("e0b060"), "blue and white"),
            (new[] { Hex("2a1020"), Hex("8a2c48"), Hex("e88a78"), Hex("f8e4d4") }, Hex("f0c878"), "wine-red and rose"),
            (new[] { Hex("0a1c16"), Hex("1c5c48"), Hex("88b088"), Hex("ece8d0") }, Hex("d8b050"), "green"),
            (new[] { Hex("181420"), Hex("4a3c6c"), Hex("b0a0c8"), Hex("f4eef0") }, Hex("e8b8a0"), "violet"),
            (new[] { Hex("1c1410"), Hex("7a3c1c"), Hex("d8904c"), Hex("f4e0c0") }, Hex("3c2a1c"), "amber and brown"));
        plate.Grade = Grade.Clean with { Contrast = 0.45f, Grain = 0.2f };
        var (sx, sy, scale) = (plate.Between(0, 1), plate.Between(0, 1), plate.Between(0.24f, 0.4f));
        plate.Shade((u, v) =>
        {
            var (x, y) = ((u * plate.Aspect * scale) + sx, (v * scale) + sy);
            var (qx, qy) = (Noise.Soft.At(x, y), Noise.Soft.At(x + 0.52f, y + 0.13f));
            var (rx, ry) = (Noise.Cloud.At(x + (0.32f * qx), y + (0.32f * qy) + 0.2f), Noise.Cloud.At(x + (0.32f * qy) + 0.7f, y + (0.32f * qx)));
            var n = Noise.Cloud.At(x + (0.42f * rx), y + (0.42f * ry));
            var bands = (n * 5.2f) + (rx * 1.6f);
            var t = bands - MathF.Floor(bands);
            var index = (int)MathF.Floor(bands) & 3;
            var c = Mix(inks[index], inks[(index + 1) & 3], Step(0.12f, 0.95f, t));
            c *= 0.8f + (0.5f * ry) + ((Noise.Fine.At(u * plate.Aspect, v) - 0.5f) * 0.1f);
            var line = Step(0.05f, 0.008f, MathF.Abs(t - 0.08f)) * Step(0.42f, 0.6f, qx + (rx * 0.3f) - 0.1f);
            var glint = 0.7f + (1.1f * Noise.Fine.At((u * plate.Aspect * 1.7f) + sx, (v * 1.7f) + sy));
            return Mix(c, vein * glint, line);
        });
        return $"An abstract close-up of marbled {words} layers with fine bright veins.";
    }
}
