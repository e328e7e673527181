using MetadataExtractor;
using NetVips;
using Tintype.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload.Pictures;

public sealed class PictureRendererSpecs
{
    [Theory]
    [InlineData(1, "red green white blue")]
    [InlineData(2, "green red blue white")]
    [InlineData(3, "white blue red green")]
    [InlineData(4, "blue white green red")]
    [InlineData(5, "red blue white green")]
    [InlineData(6, "blue red green white")]
    [InlineData(7, "white green red blue")]
    [InlineData(8, "green white blue red")]
    public void Every_orientation_comes_out_upright(int orientation, string clockwise)
    {
        var picture = Rendered(Samples.CameraJpeg(orientation));

        Assert.All(picture.Renditions, rendition => Assert.Equal(clockwise.Split(' '), Samples.Read(rendition.Bytes)));
        Assert.Equal(orientation >= 5 ? (600, 800) : (800, 600), (picture.Width, picture.Height));
    }

    [Fact]
    public void Three_widths_are_made_in_two_formats()
    {
        var picture = Rendered(Samples.Jpeg(2400, 1600));

        Assert.Equal(
            ["1080.webp 1080x720", "1080.jpg 1080x720", "640.webp 640x427", "640.jpg 640x427", "320.webp 320x214", "320.jpg 320x214"],
            picture.Renditions.Select(rendition => $"{rendition.Name} {rendition.Width}x{rendition.Height}"));
        Assert.Equal((2400, 1600), (picture.Width, picture.Height));
    }

    [Fact]
    public void A_small_picture_is_not_blown_up() =>
        Assert.All(Rendered(Samples.Png(100, 80)).Renditions, rendition => Assert.Equal((100, 80), (rendition.Width, rendition.Height)));

    [Fact]
    public void A_strip_longer_than_WebP_can_hold_is_made_narrower() =>
        Assert.All(Rendered(Samples.Jpeg(400, 40_000)).Renditions, rendition => Assert.InRange(rendition.Height, 1, 16_383));

    [Fact]
    public void Nothing_the_camera_wrote_is_served()
    {
        foreach (var rendition in Rendered(Samples.CameraJpeg()).Renditions)
        {
            using var stream = new MemoryStream(rendition.Bytes);
            var found = ImageMetadataReader.ReadMetadata(stream).Select(directory => directory.Name).ToHashSet();
            Assert.Empty(found.Except(["JPEG", "JFIF", "Huffman", "WebP", "File Type"]));
            Assert.DoesNotContain("private words", System.Text.Encoding.Latin1.GetString(rendition.Bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_glued_to_a_picture_is_not_served() =>
        Assert.All(
            Rendered([.. Samples.Png(), .. "<script>alert(1)</script>"u8]).Renditions,
            rendition => Assert.DoesNotContain("<script", System.Text.Encoding.Latin1.GetString(rendition.Bytes), StringComparison.Ordinal));

    [Fact]
    public void Clear_parts_become_white_in_JPEG_and_stay_clear_in_WebP()
    {
        using var clear = Image.Black(64, 64, bands: 4).Copy(interpretation: Enums.Interpretation.Srgb);
        var picture = Rendered(clear.PngsaveBuffer());

        using var jpeg = Image.NewFromBuffer(picture.Renditions.First(rendition => rendition.Name == "320.jpg").Bytes);
        using var webp = Image.NewFromBuffer(picture.Renditions.First(rendition => rendition.Name == "320.webp").Bytes);
        Assert.All(jpeg.Getpoint(32, 32), value => Assert.InRange(value, 250, 255));
        Assert.True(webp.HasAlpha());
    }

    [Fact]
    public void Grey_and_printers_colours_come_out_as_screens_show_them()
    {
        using var quarters = Samples.Quarters();
        using var grey = quarters.Colourspace(Enums.Interpretation.Bw);
        using var ink = quarters.Colourspace(Enums.Interpretation.Cmyk);

        Assert.Equal(6, Rendered(grey.JpegsaveBuffer()).Renditions.Count);
        Assert.Equal(["red", "green", "white", "blue"], Samples.Read(Rendered(ink.JpegsaveBuffer(q: 95)).Renditions[0].Bytes));
    }

    [Fact]
    public void Sixteen_bits_of_a_colour_become_eight()
    {
        using var quarters = Samples.Quarters();
        using var deep = (quarters * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);

        Assert.Equal(["red", "green", "white", "blue"], Samples.Read(Rendered(deep.PngsaveBuffer()).Renditions[0].Bytes));
    }

    [Fact]
    public void Of_an_animation_the_first_frame_is_the_picture()
    {
        using var first = Samples.Quarters(64, 64);
        using var second = Image.Black(64, 64, bands: 3);
        using var joined = first.Join(second, Enums.Direction.Vertical);
        using var animation = joined.Mutate(frames => frames.Set(GValue.GIntType, "page-height", 64));

        var picture = Rendered(animation.GifsaveBuffer());

        Assert.Equal((64, 64), (picture.Width, picture.Height));
        Assert.Equal(["red", "green", "white", "blue"], Samples.Read(picture.Renditions[0].Bytes));
    }

    [Fact]
    public void An_avatar_is_cut_square_and_filled()
    {
        var avatar = Rendered(Samples.Jpeg(200, 100), RenditionSet.Avatar);

        Assert.Equal(
            ["320.webp 320x320", "320.jpg 320x320", "160.webp 160x160", "160.jpg 160x160"],
            avatar.Renditions.Select(rendition => $"{rendition.Name} {rendition.Width}x{rendition.Height}"));
    }

    [Fact]
    public void A_photo_of_which_most_can_be_read_is_taken()
    {
        var whole = Samples.Jpeg(1600, 1200);

        Assert.Equal(6, Rendered(whole[..(whole.Length * 4 / 5)]).Renditions.Count);
    }

    [Fact]
    public void A_photo_of_which_most_is_missing_is_refused_and_says_how_much_is_there()
    {
        var whole = Samples.Jpeg(1600, 1200);

        var refused = Assert.IsType<RenderResult.Refused>(Render(whole[..(whole.Length / 5)]));

        Assert.Equal(RefusalCode.MostlyMissing, refused.Why.Code);
        Assert.Matches("only (1[0-9]|2[0-9])%", refused.Why.Reason);
    }

    [Fact]
    public void Rubbish_behind_a_right_header_is_refused()
    {
        var png = Samples.Png();
        Random.Shared.NextBytes(png.AsSpan(500));

        Assert.IsType<RenderResult.Refused>(Render(png));
    }

    [Fact]
    public void Decoding_stops_when_asked_to()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Render(Samples.Jpeg(3000, 2000), cancel: stop.Token));
    }

    private static RenderedPicture Rendered(byte[] bytes, RenditionSet? set = null) =>
        Assert.IsType<RenderResult.Rendered>(Render(bytes, set)).Picture;

    private static RenderResult Render(byte[] bytes, RenditionSet? set = null, CancellationToken cancel = default) =>
        Samples.InFile(bytes, path => PictureRenderer.Render(
            path, Assert.IsType<ProbeResult.Accepted>(PictureProbe.Probe(path, Samples.Limits)).Header, set ?? RenditionSet.Photo, cancel));
}
