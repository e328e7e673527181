using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Tintype.Http.Keeping;

namespace Tintype.Cards;

/// <summary>The reader's flags, which are the end of a status.</summary>
internal sealed record StatusEnding(byte[] Bytes, ulong Print);

/// <summary>A list of statuses in pieces: each is a card, with an account in it, and an ending.</summary>
/// <param name="Of">What it was composed of.</param>
internal sealed record StatusPage(Card[] Of, CardJson[] Cards, AccountJson[] Accounts, StatusEnding[] Endings) : IResult
{
    private string? tag;

    /// <summary>The reader's, when its endings were chosen: while they are these, the endings are right.</summary>
    public HeldMarks Marks { get; set; }

    /// <summary>When the first of its addresses ends, in ticks of the clock that its cards were composed by.</summary>
    public long ValidUntil { get; } = Cards.Length == 0 ? long.MaxValue : Cards.Min(card => card.ValidUntil);

    /// <summary>Copies the pieces straight into the connection's own buffer and sends them in one go; or says that the client has them already.</summary>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (httpContext.KeptByViewer(tag ??= Tag()))
        {
            return;
        }
        var length = Length();
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = length;
        await response.StartAsync();
        var writer = response.BodyWriter;
        // One span for all of it: some ten buffers of the connection's usual size would cost more than the copying.
        Write(writer.GetSpan(length)[..length]);
        writer.Advance(length);
        await writer.FlushAsync();
    }

    private string Tag()
    {
        var print = (ulong)Cards.Length;
        for (var i = 0; i < Cards.Length; i++)
        {
            print = Print.And(Print.And(Print.And(print, Cards[i].Print), Accounts[i].Print), Endings[i].Print);
        }
        return string.Create(CultureInfo.InvariantCulture, $"W/\"{print:x16}\"");
    }

    // On the way the processor is told where the pieces begin, for they are copied next.
    private int Length()
    {
        var length = 2 + Math.Max(0, Cards.Length - 1);
        for (var i = 0; i < Cards.Length; i++)
        {
            length += Cards[i].Bytes.Length + Accounts[i].Bytes.Length + Endings[i].Bytes.Length;
            Prefetch(Cards[i].Bytes);
        }
        return length;
    }

    /// <summary>
    /// Has the processor fetch where a piece begins, for all of them at once, while the head of the answer is written; the rest of a piece it
    /// foresees by itself. Pieces of what 100,000 people are shown lie anywhere in memory.
    /// </summary>
    private static unsafe void Prefetch(byte[] piece)
    {
        const int line = 64, most = 8 * line; // With 20 lines of each it has more to fetch than it has room for, and nothing is gained.
        if (Sse.IsSupported)
        {
            var start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(piece));
            for (var at = line; at < Math.Min(piece.Length, most); at += line)
            {
                Sse.Prefetch0(start + at);
            }
        }
    }

    private void Write(Span<byte> page)
    {
        page[0] = (byte)'[';
        var at = 1;
        for (var i = 0; i < Cards.Length; i++)
        {
            var card = Cards[i];
            if (i > 0)
            {
                page[at++] = (byte)',';
            }
            at = Put(page, at, card.Bytes.AsSpan(0, card.AccountAt));
            at = Put(page, at, Accounts[i].Bytes);
            at = Put(page, at, card.Bytes.AsSpan(card.AccountAt));
            at = Put(page, at, Endings[i].Bytes);
        }
        page[at] = (byte)']';
    }

    private static int Put(Span<byte> page, int at, ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(page[at..]);
        return at + piece.Length;
    }
}
