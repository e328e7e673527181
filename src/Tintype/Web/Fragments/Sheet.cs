using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Tintype.Web.Fragments;

/// <summary>A page that is put together from compositions: their bytes copied one after the other, the holes filled on the way.</summary>
internal sealed class Sheet : IResult
{
    private const int UsualBytes = 48 * 1024;

    private readonly byte[]?[] values = new byte[Enum.GetValues<Hole>().Length][];
    private byte[] page = ArrayPool<byte>.Shared.Rent(UsualBytes);
    private int length;

    /// <summary>What stands in this hole from here on.</summary>
    /// <param name="text">Plain: it is encoded as components encode what they are given.</param>
    public Sheet Fill(Hole hole, string text)
    {
        values[(int)hole] = Encoded(text);
        return this;
    }

    /// <summary>What stands in this hole from here on, encoded before.</summary>
    public Sheet Fill(Hole hole, byte[] encoded)
    {
        values[(int)hole] = encoded;
        return this;
    }

    /// <param name="piece">Writes what stands in the holes that have no value.</param>
    public void Add(Composition composition, Action<Sheet, Hole>? piece = null)
    {
        var at = 0;
        foreach (var (cut, hole) in composition.Cuts)
        {
            Write(composition.Bytes.AsSpan(at, cut - at));
            if (values[(int)hole] is { } value)
            {
                Write(value);
            }
            else
            {
                (piece ?? throw new InvalidOperationException($"nothing stands in the hole {hole}"))(this, hole);
            }
            at = cut;
        }
        Write(composition.Bytes.AsSpan(at));
    }

    /// <summary>As the component renderer encodes text and attributes.</summary>
    public static byte[] Encoded(string text) => Encoding.UTF8.GetBytes(HtmlEncoder.Default.Encode(text));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = length;
        await response.Body.WriteAsync(page.AsMemory(0, length), httpContext.RequestAborted);
        ArrayPool<byte>.Shared.Return(page);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (page.Length - length < bytes.Length)
        {
            Grow(bytes.Length);
        }
        bytes.CopyTo(page.AsSpan(length));
        length += bytes.Length;
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * page.Length, length + more));
        page.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(page);
        page = larger;
    }
}
