using NetVips;

namespace Tintype.Upload.Pictures;

/// <summary>Which renditions are made of a picture.</summary>
/// <param name="Widths">Pixels, widest first.</param>
/// <param name="IsSquare">Cut from the centre and filled, instead of the whole picture, which is never blown up.</param>
internal sealed record RenditionSet(IReadOnlyList<int> Widths, bool IsSquare)
{
    /// <summary>What WebP can hold; of a longer strip, the renditions are narrower than their names.</summary>
    private const int MaxHeight = 16_383;

    /// <summary>Three widths of the whole picture.</summary>
    public static readonly RenditionSet Photo = new([1080, 640, 320], IsSquare: false);

    /// <summary>150 px is the largest size in which a face is shown; once and twice that, rounded.</summary>
    public static readonly RenditionSet Avatar = new([320, 160], IsSquare: true);

    public Enums.Interesting Crop => IsSquare ? Enums.Interesting.Centre : Enums.Interesting.None;

    public Enums.Size Size => IsSquare ? Enums.Size.Both : Enums.Size.Down;

    public int HeightFor(int width) => IsSquare ? width : MaxHeight;
}
