namespace Tintype.Demo.Painting;

/// <summary>A square of numbers that repeats every 1 in both directions; a sample costs nanoseconds.</summary>
internal sealed class Tile
{
    public const int Size = 1024;
    private const int Mask = Size - 1;

    public float[] Cells { get; } = new float[Size * Size];

    public float At(float x, float y)
    {
        x *= Size;
        y *= Size;
        var (fx, fy) = (MathF.Floor(x), MathF.Floor(y));
        var (tx, ty) = (x - fx, y - fy);
        var (left, right) = ((int)fx & Mask, ((int)fx + 1) & Mask);
        var (row, below) = (((int)fy & Mask) * Size, (((int)fy + 1) & Mask) * Size);
        var top = Cells[row + left] + ((Cells[row + right] - Cells[row + left]) * tx);
        var bottom = Cells[below + left] + ((Cells[below + right] - Cells[below + left]) * tx);
        return top + ((bottom - top) * ty);
    }

    /// <summary>Stretches the numbers to 0 to 1, one half on average; the rare extremes are cut off.</summary>
    public Tile Normalized()
    {
        var mean = Cells.Average();
        var spread = MathF.Sqrt(Cells.Average(c => (c - mean) * (c - mean)));
        for (var i = 0; i < Cells.Length; i++)
        {
            Cells[i] = Math.Clamp(0.5f + ((Cells[i] - mean) / spread * 0.2f), 0, 1);
        }
        return this;
    }

    /// <summary>Each number the average of the five by five around it.</summary>
    public Tile Smoothed()
    {
        var (across, smooth) = (new Tile(), new Tile());
        for (var i = 0; i < Cells.Length; i++)
        {
            var row = i & ~Mask;
            across.Cells[i] = (Cells[row + ((i - 2) & Mask)] + Cells[row + ((i - 1) & Mask)] + Cells[i] + Cells[row + ((i + 1) & Mask)] + Cells[row + ((i + 2) & Mask)]) / 5;
        }
        const int all = (Size * Size) - 1;
        for (var i = 0; i < Cells.Length; i++)
        {
            smooth.Cells[i] = (across.Cells[(i - (2 * Size)) & all] + across.Cells[(i - Size) & all] + across.Cells[i] + across.Cells[(i + Size) & all] + across.Cells[(i + (2 * Size)) & all]) / 5;
        }
        return smooth;
    }

    /// <summary>Taken as heights, lit from where x grows by a sun that rises <paramref name="slope"/> over 1: 1 in full shadow.</summary>
    public Tile Shadows(float slope)
    {
        var shadows = new Tile();
        for (var row = 0; row < Cells.Length; row += Size)
        {
            var edge = 0f;
            // The second round knows what stands beyond the tile's border.
            for (var i = (2 * Size) - 1; i >= 0; i--)
            {
                var cell = row + (i & Mask);
                edge = Math.Max(edge - (slope / Size), Cells[cell]);
                shadows.Cells[cell] = Light.Step(0, 0.02f, edge - Cells[cell]);
            }
        }
        // Rows are swept one by one: without this a shadow's end is a saw.
        return shadows.Smoothed();
    }
}
