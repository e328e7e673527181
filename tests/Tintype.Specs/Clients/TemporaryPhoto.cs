using NetVips;

namespace Tintype.Specs.Clients;

/// <summary>A JPEG file with a colour gradient, gone when disposed.</summary>
internal sealed class TemporaryPhoto : IDisposable
{
    public TemporaryPhoto(int width = 1600, int height = 1200)
    {
        using var gradient = Image.Xyz(width, height);
        using var red = gradient[0] * (255.0 / width);
        using var green = gradient[1] * (255.0 / height);
        using var blue = (red * 0) + 120;
        using var rgb = red.Bandjoin(green, blue).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        rgb.Jpegsave(Path, q: 85);
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"tintype-{System.IO.Path.GetRandomFileName()}.jpg");

    public void Dispose() => File.Delete(Path);
}
