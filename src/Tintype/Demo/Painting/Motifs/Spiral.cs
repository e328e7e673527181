using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting.Motifs;

/// <summary>Looking down a winding staircase.</summary>
internal static class Spiral
{
    public static string Paint(Plate plate)
    {
        var (stone, dark, lamp, words) = plate.Pick(
            (Hex("d8ccb8"), Hex("1c1814"), Hex("ffd8a0"), "stone"),
            (Hex("a8683c"), Hex("180c08"), Hex("ffc070"), "wooden"),
            (Hex("c8ccd0"), Hex("0c1014"), Hex("e8f0ff"), "white"),
            (Hex("7a9498"), Hex("0a1416"), Hex("fff0c8"), "green-grey"));
        plate.Grade = plate.Chance(0.35f) ? Grade.Silver : Grade.Matte with { Contrast = 0.5f };
        if (plate.Grade == Grade.Silver)
        {
            (stone, dark, lamp) = (new(Vector3.Dot(stone, new(0.33f))), new(0.006f), Vector3.One);
        }
        var (cx, cy) = (plate.Between(0.4f, 0.6f) * plate.Aspect, plate.Between(0.4f, 0.6f));
        var (steps, squash) = (plate.Random.Next(17, 27), plate.Between(0.78f, 1));
        var (turn, sunAngle) = (plate.Chance(0.5f) ? 1 : -1, plate.Between(0, MathF.Tau));
        plate.Shade((u, v) =>
        {
            var (dx, dy) = ((u * plate.Aspect) - cx, (v - cy) / squash);
            var r = MathF.Max(0.0005f, MathF.Sqrt((dx * dx) + (dy * dy)));
            var angle = MathF.Atan2(dy, dx) * turn / MathF.Tau;
            // Along a turn the radius shrinks by a constant factor, as perspective makes equal storeys do.
            var fall = MathF.Log(r / 0.9f) * 1.45f;
            var t = fall - angle;
            var storey = MathF.Floor(t);
            var across = t - storey;
            var step = (angle + storey) * steps;
            var within = step - MathF.Floor(step);
            var depth = Math.Clamp((fall + 4.6f) / 5f, 0, 1);
            var light = 0.3f + (0.8f * depth) + (0.3f * MathF.Cos((angle * MathF.Tau) - sunAngle));
            var worn = 0.9f + (0.3f * (Noise.Cloud.At((u * plate.Aspect * 1.4f) + storey, v * 1.4f) - 0.5f)) + (0.2f * (Noise.Fine.At(u * plate.Aspect, v) - 0.5f));
            Vector3 c;
            if (across > 0.86f)
            {
                c = Mix(stone * 1.25f, dark, MathF.Abs(across - 0.93f) * 9) * light;
            }
            else if (across > 0.8f)
            {
                c = dark * (0.6f + light);
            }
            else if (across < 0.24f)
            {
                var plank = 0.55f + (0.5f * across / 0.24f);
                c = stone * (light * plank * 0.55f * worn);
            }
            else
            {
                var tread = 0.62f + (0.45f * within) - (0.55f * Step(0.07f, 0, within)) + (0.2f * Step(0.93f, 1, within));
                var shade = Step(0.22f, 0.42f, across) * Step(0.82f, 0.6f, across);
                c = stone * (light * tread * worn * (0.5f + (0.6f * shade)));
            }
            return Mix(c, lamp * 1.3f, 0.9f * Glow(r, 0.028f)) * (0.35f + (0.75f * depth));
        });
        return $"Looking down a winding {words} staircase that turns towards a light at the bottom.";
    }
}
