using System.Numerics;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Tintype.Demo.Painting;

/// <summary>Light at a place of the picture: u 0 left to 1 right, v 0 top to 1 bottom.</summary>
internal delegate Vector3 Shader(float u, float v);

/// <summary>Light and how much it covers what lies below: w 0 nothing to 1 all.</summary>
internal delegate Vector4 Veil(float u, float v);

/// <summary>The plate that a motif is painted on, and the luck it is painted with: the same seed gives the same picture.</summary>
internal sealed class Plate : IDisposable
{
    public Plate(int width, int height, int seed)
    {
        (Width, Height, Aspect) = (width, height, (float)width / height);
        Bitmap = new(width, height, SKColorType.Bgra8888, SKAlphaType.Premul);
        Canvas = new(Bitmap);
        Random = new(seed);
    }

    public SKBitmap Bitmap { get; }
    public SKCanvas Canvas { get; }
    public Random Random { get; }

    // Kept here: asking the bitmap is a native call, and shaders ask at every pixel.
    public int Width { get; }
    public int Height { get; }

    /// <summary>Width for a height of 1.</summary>
    public float Aspect { get; }

    public Grade Grade { get; set; } = Grade.Clean;

    /// <summary>Packed BGRA, row after row.</summary>
    public Span<uint> Pixels => MemoryMarshal.Cast<byte, uint>(Bitmap.GetPixelSpan());

    public float Between(float low, float high) => low + ((high - low) * Random.NextSingle());

    public bool Chance(float of) => Random.NextSingle() < of;

    public T Pick<T>(params ReadOnlySpan<T> options) => options[Random.Next(options.Length)];

    /// <summary>Paints every pixel; <paramref name="coarse"/> 2 paints a quarter of them and smooths, for soft things.</summary>
    public void Shade(Shader shader, int coarse = 1) => Lay((u, v) => new(shader(u, v), 1), SKBlendMode.Src, coarse);

    /// <summary>Paints over what is there.</summary>
    public void Lay(Veil veil, SKBlendMode mode = SKBlendMode.SrcOver, int coarse = 1)
    {
        if (coarse == 1 && mode == SKBlendMode.Src)
        {
            Fill(Bitmap, veil);
            return;
        }
        using var layer = new SKBitmap((Width + coarse - 1) / coarse, (Height + coarse - 1) / coarse, SKColorType.Bgra8888, SKAlphaType.Premul);
        Fill(layer, veil);
        using var image = SKImage.FromBitmap(layer);
        using var paint = new SKPaint { BlendMode = mode };
        Canvas.DrawImage(image, SKRect.Create(Width, Height), new SKSamplingOptions(SKFilterMode.Linear), paint);
    }

    /// <summary>A soft disc of light, added to what is there.</summary>
    public void Shine(float x, float y, float radius, Vector3 colour, float strength = 1)
    {
        using var shader = SKShader.CreateRadialGradient(new(x, y), radius,
            [Light.Sk(colour, strength), Light.Sk(colour, strength * 0.3f), Light.Sk(colour, 0)], [0, 0.35f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, BlendMode = SKBlendMode.Screen };
        Canvas.DrawRect(x - radius, y - radius, 2 * radius, 2 * radius, paint);
    }

    /// <summary>Throws what was painted so far out of focus.</summary>
    public void Blur(float sigma)
    {
        // Blurring a quarter of the size costs a sixteenth, and what is out of focus has no detail to lose.
        var down = sigma >= 4 ? 4 : 1;
        var info = new SKImageInfo(Width / down, Height / down, SKColorType.Bgra8888, SKAlphaType.Premul);
        using var small = SKSurface.Create(info);
        using var sharp = SKImage.FromBitmap(Bitmap);
        using var filter = SKImageFilter.CreateBlur(sigma / down, sigma / down, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { ImageFilter = filter };
        small.Canvas.DrawImage(sharp, SKRect.Create(info.Width, info.Height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Nearest), paint);
        using var soft = small.Snapshot();
        Canvas.DrawImage(soft, SKRect.Create(Width, Height), new SKSamplingOptions(SKCubicResampler.Mitchell));
    }

    public byte[] ToJpeg(int quality)
    {
        using var data = Bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }

    public void Dispose()
    {
        Canvas.Dispose();
        Bitmap.Dispose();
    }

    private static void Fill(SKBitmap bitmap, Veil veil)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        var (width, height) = (bitmap.Width, bitmap.Height);
        for (var y = 0; y < height; y++)
        {
            var v = (y + 0.5f) / height;
            var row = pixels.Slice(y * width, width);
            for (var x = 0; x < row.Length; x++)
            {
                var c = veil((x + 0.5f) / width, v);
                row[x] = Light.Develop(c.AsVector3(), Math.Clamp(c.W, 0, 1));
            }
        }
    }
}
