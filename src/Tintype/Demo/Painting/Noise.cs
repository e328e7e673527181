namespace Tintype.Demo.Painting;

/// <summary>
/// Fractal gradient noise (Perlin, "Improving noise", 2002) made once and kept as tiles: octaves at each pixel would cost a tenth
/// of a microsecond, and a picture takes millions of samples.
/// </summary>
internal static class Noise
{
    /// <summary>Soft and billowing: clouds, mist, uneven ground.</summary>
    public static readonly Tile Cloud = Fractal(11, 4, 7, 0.5f, n => n);

    /// <summary>Sharp crests between smooth slopes: rock, waves, cracks.</summary>
    public static readonly Tile Ridge = Fractal(23, 3, 7, 0.46f, n => 1 - (2.6f * Math.Abs(n)));

    /// <summary>Only fine detail: leaves, sand, plaster.</summary>
    public static readonly Tile Fine = Fractal(37, 48, 4, 0.7f, n => n);

    /// <summary>Without detail: what a hill or a swell is made of.</summary>
    public static readonly Tile Soft = Fractal(71, 4, 2, 0.35f, n => n);

    private static Tile Fractal(int seed, int cellsAcross, int octaves, float gain, Func<float, float> shape)
    {
        var random = new Random(seed);
        var tile = new Tile();
        for (var (octave, weight) = (0, 1f); octave < octaves; octave++, weight *= gain)
        {
            AddOctave(tile.Cells, random, Math.Min(cellsAcross << octave, Tile.Size / 2), weight, shape);
        }
        return tile.Normalized();
    }

    private static void AddOctave(float[] cells, Random random, int across, float weight, Func<float, float> shape)
    {
        var gradients = new (float X, float Y)[across * across];
        for (var i = 0; i < gradients.Length; i++)
        {
            gradients[i] = MathF.SinCos(random.NextSingle() * MathF.Tau);
        }
        for (var y = 0; y < Tile.Size; y++)
        {
            var gy = y * (float)across / Tile.Size;
            var (cy, ty) = ((int)gy, gy - (int)gy);
            var (row, below) = (cy * across, (cy + 1) % across * across);
            for (var x = 0; x < Tile.Size; x++)
            {
                var gx = x * (float)across / Tile.Size;
                var (cx, tx) = ((int)gx, gx - (int)gx);
                var right = (cx + 1) % across;
                var a = Dot(gradients[row + cx], tx, ty);
                var b = Dot(gradients[row + right], tx - 1, ty);
                var c = Dot(gradients[below + cx], tx, ty - 1);
                var d = Dot(gradients[below + right], tx - 1, ty - 1);
                var (sx, sy) = (Ease(tx), Ease(ty));
                var top = a + ((b - a) * sx);
                var bottom = c + ((d - c) * sx);
                cells[(y * Tile.Size) + x] += weight * shape(top + ((bottom - top) * sy));
            }
        }
    }

    private static float Dot((float X, float Y) g, float x, float y) => (g.X * x) + (g.Y * y);

    private static float Ease(float t) => t * t * t * ((t * ((t * 6) - 15)) + 10);
}
