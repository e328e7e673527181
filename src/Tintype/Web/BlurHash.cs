using System.Buffers.Binary;

namespace Tintype.Web;

/// <summary>
/// Decodes a BlurHash (github.com/woltapp/blurhash) into a picture of 8 by 8 pixels inside a data address, so that something of the
/// photo's colours stands on the page with the first bytes of HTML: no script, no request. A BMP, for it needs no compressor.
/// </summary>
internal static class BlurHash
{
    private const int Size = 8;
    private const int HeaderBytes = 54;
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
    private static readonly float[] Cosines = [.. Enumerable.Range(0, 9 * Size).Select(i => MathF.Cos(MathF.PI * (i / Size) * (i % Size + 0.5f) / Size))];

    /// <summary>"data:image/bmp;base64,..", or null when the hash is none.</summary>
    public static string? DataAddress(string? hash)
    {
        if (hash is null || hash.Length < 6 || hash.AsSpan().ContainsAnyExcept(Digits))
        {
            return null;
        }
        var size = Number(hash, 0, 1);
        var (columns, rows) = (size % 9 + 1, size / 9 + 1);
        if (hash.Length != 4 + 2 * columns * rows)
        {
            return null;
        }
        Span<float> colours = stackalloc float[3 * columns * rows];
        ReadColours(hash, colours);
        var bmp = Header();
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var pixel = bmp.AsSpan(HeaderBytes + 3 * ((Size - 1 - y) * Size + x));
                Mix(colours, columns, rows, x, y, pixel);
            }
        }
        return "data:image/bmp;base64," + Convert.ToBase64String(bmp);
    }

    private static void Mix(ReadOnlySpan<float> colours, int columns, int rows, int x, int y, Span<byte> blueGreenRed)
    {
        var (r, g, b) = (0f, 0f, 0f);
        for (var j = 0; j < rows; j++)
        {
            for (var i = 0; i < columns; i++)
            {
                var wave = Cosines[i * Size + x] * Cosines[j * Size + y];
                var colour = colours.Slice(3 * (j * columns + i), 3);
                (r, g, b) = (r + colour[0] * wave, g + colour[1] * wave, b + colour[2] * wave);
            }
        }
        (blueGreenRed[0], blueGreenRed[1], blueGreenRed[2]) = (ToSrgb(b), ToSrgb(g), ToSrgb(r));
    }

    /// <summary>First the average (24-bit sRGB), then the waves as three digits of base 19, scaled by the greatest of them.</summary>
    private static void ReadColours(string hash, Span<float> colours)
    {
        var average = Number(hash, 2, 4);
        (colours[0], colours[1], colours[2]) = (ToLinear(average >> 16), ToLinear(average >> 8 & 255), ToLinear(average & 255));
        var greatest = (Number(hash, 1, 1) + 1) / 166f;
        for (var k = 1; k < colours.Length / 3; k++)
        {
            var wave = Number(hash, 4 + 2 * k, 2);
            colours[3 * k] = Signed(wave / 361) * greatest;
            colours[3 * k + 1] = Signed(wave / 19 % 19) * greatest;
            colours[3 * k + 2] = Signed(wave % 19) * greatest;
        }
    }

    private static float Signed(int digit) => MathF.CopySign((digit - 9) / 9f * ((digit - 9) / 9f), digit - 9);

    private static float ToLinear(int value) => value <= 10 ? value / 255f / 12.92f : MathF.Pow((value / 255f + 0.055f) / 1.055f, 2.4f);

    private static byte ToSrgb(float value)
    {
        var v = Math.Clamp(value, 0, 1);
        return (byte)(v <= 0.0031308f ? v * 12.92f * 255 + 0.5f : (1.055f * MathF.Pow(v, 1 / 2.4f) - 0.055f) * 255 + 0.5f);
    }

    private static int Number(string hash, int start, int length)
    {
        var value = 0;
        for (var i = start; i < start + length; i++)
        {
            value = value * 83 + Digits.IndexOf(hash[i], StringComparison.Ordinal);
        }
        return value;
    }

    /// <summary>BITMAPFILEHEADER and BITMAPINFOHEADER for 24 bits a pixel, rows from the bottom up; 8 pixels need no padding.</summary>
    private static byte[] Header()
    {
        var bmp = new byte[HeaderBytes + 3 * Size * Size];
        (bmp[0], bmp[1]) = ((byte)'B', (byte)'M');
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(2), bmp.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(10), HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), Size);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), Size);
        bmp[26] = 1;
        bmp[28] = 24;
        return bmp;
    }
}
