using System.Text;

namespace Tintype.Web.Fragments;

/// <param name="At">Bytes of the composition that stand before it.</param>
internal readonly record struct Cut(int At, Hole Hole);

/// <summary>Markup in UTF-8 as a component wrote it, with holes.</summary>
internal sealed record Composition(byte[] Bytes, Cut[] Cuts)
{
    public static Composition Of(string markup)
    {
        var newest = Holes.Newest.ToString();
        var bytes = new MemoryStream(markup.Length + 64);
        var cuts = new List<Cut>();
        var at = 0;
        while (true)
        {
            var sign = markup.IndexOf(Holes.Sign, at, StringComparison.Ordinal);
            var id = markup.IndexOf(newest, at, StringComparison.Ordinal);
            var isId = id >= 0 && (sign < 0 || id < sign);
            var next = isId ? id : sign;
            bytes.Write(Encoding.UTF8.GetBytes(markup[at..(next < 0 ? markup.Length : next)]));
            if (next < 0)
            {
                return new Composition(bytes.ToArray(), [.. cuts]);
            }
            cuts.Add(new Cut((int)bytes.Length, isId ? Hole.Newest : Holes.At(markup, next)));
            at = next + (isId ? newest.Length : Holes.Length);
        }
    }
}
