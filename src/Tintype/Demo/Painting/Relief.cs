namespace Tintype.Demo.Painting;

/// <summary>Height maps to walk a camera through.</summary>
internal static class Relief
{
    /// <summary>Crests and valleys, rough where it is high and smooth below, as ice leaves mountains.</summary>
    public static readonly Tile Alps = Make((x, y) =>
    {
        var (bx, by) = (x + ((Noise.Cloud.At(y, x) - 0.5f) * 0.16f), y + ((Noise.Cloud.At(x + 0.4f, y + 0.7f) - 0.5f) * 0.16f));
        var mass = Noise.Ridge.At(bx, by);
        var detail = Noise.Ridge.At((bx * 3) + 0.3f, (by * 3) + 0.1f);
        return (mass * mass * 0.9f) + (Noise.Soft.At(x, y) * 0.5f) + ((detail - 0.5f) * mass * 0.13f);
    });

    /// <summary>Long crests that lean away from the wind, with small ones between.</summary>
    public static readonly Tile Dunes = Make((x, y) =>
    {
        var bend = Noise.Soft.At(x, y) - 0.5f;
        var large = Crest((x * 7) + (bend * 3.2f)) * (0.2f + (0.9f * Noise.Soft.At(y + 0.2f, x)));
        var small = Crest((y * 13) + (x * 6) + (bend * 9)) * 0.1f;
        return large + small + (Noise.Soft.At((2 * x) + 0.5f, 2 * y) * 0.25f);
    }).Smoothed();

    /// <summary>Rounded country: pasture, snow fields.</summary>
    public static readonly Tile Hills = Make((x, y) =>
        (Noise.Cloud.At(x, y) * 0.12f) + Noise.Soft.At(x, y));

    private static float Crest(float t)
    {
        t -= MathF.Floor(t);
        return t < 0.68f ? Light.Step(-0.15f, 0.72f, t) : Light.Step(1.02f, 0.66f, t);
    }

    private static Tile Make(Func<float, float, float> height)
    {
        var tile = new Tile();
        for (var i = 0; i < tile.Cells.Length; i++)
        {
            tile.Cells[i] = height((i % Tile.Size) / (float)Tile.Size, (i / Tile.Size) / (float)Tile.Size);
        }
        var (low, high) = (tile.Cells.Min(), tile.Cells.Max());
        for (var i = 0; i < tile.Cells.Length; i++)
        {
            tile.Cells[i] = (tile.Cells[i] - low) / (high - low);
        }
        return tile;
    }
}
