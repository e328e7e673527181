namespace Tintype.Upload.Pictures;

/// <summary>One of the files that are served.</summary>
/// <param name="Name">"640.webp": the width it was made for and its format; the picture itself may be narrower.</param>
internal sealed record Rendition(string Name, int Width, int Height, byte[] Bytes);

/// <param name="Renditions">Each width as WebP and as JPEG.</param>
/// <param name="Width">Of the original, upright.</param>
/// <param name="Height">Of the original, upright.</param>
internal sealed record RenderedPicture(int Width, int Height, string BlurHash, IReadOnlyList<Rendition> Renditions);

internal abstract record RenderResult
{
    internal sealed record Rendered(RenderedPicture Picture) : RenderResult;

    internal sealed record Refused(PictureRefusal Why) : RenderResult;
}
