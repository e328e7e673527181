using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting;

/// <summary>What a place of the ground looks like before light falls on it.</summary>
/// <param name="height">0 lowest to 1 highest.</param>
/// <param name="flat">1 level ground, 0 a wall.</param>
internal delegate Vector3 Ground(float height, float flat, float x, float y);

/// <summary>
/// Ground seen from above it, column by column from near to far, each sample filling what it rises above the one before (the "voxel
/// space" of Comanche, 1992). Departures: samples are joined by gradients and edges are blended, because a photo has no steps;
/// the sun comes along the map's x axis, so one sweep over the map finds all shadows.
/// </summary>
internal sealed class Terrain(Tile map, float relief, Ground ground)
{

    /// <summary>Above the lowest ground, in the unit of <c>relief</c>.</summary>
    public required float CameraHeight { get; init; }

    /// <summary>Radians from the map's x axis; the sun stands at angle 0.</summary>
    public required float Heading { get; init; }
    public required float Horizon { get; init; }
    public float Near { get; init; } = 0.03f;
    public float Far { get; init; } = 1.6f;
    public float Zoom { get; init; } = 1.1f;

    /// <summary>How much the air takes per unit of distance; and more of it in the valleys.</summary>
    public float Haze { get; init; } = 1.4f;
    public float ValleyMist { get; init; }

    /// <summary>Height of the sun: a rise of this much over one unit of distance casts no shadow.</summary>
    public float SunSlope { get; init; } = 0.3f;

    public void Paint(Plate plate, Hour hour, Func<float, float, Vector3> hazeAt)
    {
        var (cameraX, cameraY) = OpenPlace(plate);
        var shadows = map.Shadows(SunSlope / relief);
        var sunDirection = Vector3.Normalize(new(1, 0, SunSlope));
        var spans = new (float Top, Vector3 Colour)[2048];
        var (width, height) = (plate.Width, plate.Height);
        var pixels = plate.Pixels;
        for (var column = 0; column < width; column++)
        {
            var side = ((column + 0.5f) / width - 0.5f) * plate.Aspect / Zoom;
            var (sin, cos) = MathF.SinCos(Heading);
            var (dx, dy) = (cos - (sin * side), sin + (cos * side));
            var u = (column + 0.5f) / width;
            var count = 0;
            var highest = (float)height;
            for (var z = Near; z < Far && count < spans.Length; z += Math.Max(0.0004f, z * 0.0042f))
            {
                var (x, y) = (cameraX + (dx * z), cameraY + (dy * z));
                // Land rises out of nothing before the camera, or a slope there would be a wall across the picture.
                var h = map.At(x, y) * Step(Near, Near * 1.9f, z);
                var top = (Horizon + ((CameraHeight - (h * relief)) / z * Zoom)) * height;
                if (top >= highest)
                {
                    continue;
                }
                highest = top;
                spans[count++] = (top, Lit(x, y, h, z, u, top / height, hour, hazeAt, shadows, sunDirection));
                if (top <= 0)
                {
                    break;
                }
            }
            PaintColumn(pixels, width, height, column, spans.AsSpan(0, count));
        }
    }

    /// <summary>Of some places drawn at random the one whose foreground stands least in the way.</summary>
    private (float X, float Y) OpenPlace(Plate plate)
    {
        var (best, least) = ((X: 0f, Y: 0f), float.MaxValue);
        for (var candidate = 0; candidate < 40; candidate++)
        {
            var (x, y, blocked) = (plate.Between(0, 1), plate.Between(0, 1), 0f);
            for (var side = -0.5f; side <= 0.5f; side += 0.125f)
            {
                var (sin, cos) = MathF.SinCos(Heading + side);
                for (var z = Near; z < Near * 2; z += Near * 0.1f)
                {
                    blocked = Math.Max(blocked, 1 + (((map.At(x + (cos * z), y + (sin * z)) * relief) - CameraHeight) / z));
                }
            }
            (best, least) = blocked < least ? ((x, y), blocked) : (best, least);
        }
        return best;
    }

    private Vector3 Lit(float x, float y, float h, float z, float u, float v, Hour hour, Func<float, float, Vector3> hazeAt, Tile shadows, Vector3 sun)
    {
        // Far ground is sampled coarsely, or it would flicker from column to column.
        var e = Math.Max(0.0011f, z * 0.0012f);
        var slopeX = (map.At(x + e, y) - map.At(x - e, y)) * relief / (2 * e);
        var slopeY = (map.At(x, y + e) - map.At(x, y - e)) * relief / (2 * e);
        var normal = Vector3.Normalize(new(-slopeX, -slopeY, 1));
        var shine = Math.Max(0, Vector3.Dot(normal, sun)) * (1 - shadows.At(x, y));
        var light = (hour.Sun * shine * 1.25f) + (hour.Shade * (0.35f + (0.65f * normal.Z)) * 0.9f);
        var colour = ground(h, normal.Z, x, y) * light;
        var air = 1 - MathF.Exp((-z * Haze) - (ValleyMist * Step(0.5f, 0.1f, h) * z));
        return Mix(colour, hazeAt(u, v), air);
    }

    private static void PaintColumn(Span<uint> pixels, int width, int height, int column, ReadOnlySpan<(float Top, Vector3 Colour)> spans)
    {
        for (var i = spans.Length - 1; i >= 0; i--)
        {
            var (top, colour) = spans[i];
            var bottom = i == 0 ? height : spans[i - 1].Top;
            var next = i == 0 ? colour : spans[i - 1].Colour;
            var first = Math.Max(0, (int)top);
            var last = Math.Min(height, (int)bottom + 1);
            for (var y = first; y < last; y++)
            {
                ref var pixel = ref pixels[(y * width) + column];
                var c = Mix(colour, next, (y - top) / Math.Max(1, bottom - top));
                pixel = y < top ? Blend(pixel, Develop(c), top - y) : Develop(c);
            }
        }
    }

    private static uint Blend(uint below, uint above, float share)
    {
        var t = (uint)(Math.Clamp(share, 0, 1) * 255);
        var s = 255 - t;
        return 0xff000000
            | ((((((below >> 16) & 255) * t) + (((above >> 16) & 255) * s)) / 255) << 16)
            | ((((((below >> 8) & 255) * t) + (((above >> 8) & 255) * s)) / 255) << 8)
            | ((((below & 255) * t) + ((above & 255) * s)) / 255);
    }
}
