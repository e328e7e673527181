using Tintype.Web.Views;

namespace Tintype.Web.Parts;

/// <summary>The shape of a photo in the feed: its own, but neither taller than a hand nor flatter than a letterbox.</summary>
internal static class Shape
{
    public const double Tallest = 4.0 / 5;
    public const double Widest = 1.91;

    public static double InFeed(PhotoView photo) =>
        Math.Clamp((double)Math.Max(1, photo.Width) / Math.Max(1, photo.Height), Tallest, Widest);
}
