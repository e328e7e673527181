using System.IO.Compression;
using NetVips;
using Tintype.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload.Pictures;

public sealed class PictureProbeSpecs
{
    [Theory]
    [InlineData("Jpeg")]
    [InlineData("Png")]
    [InlineData("WebP")]
    [InlineData("Gif")]
    [InlineData("Avif")]
    public void Every_kind_is_known_by_its_bytes_and_its_size_is_read(string name)
    {
        using var image = Samples.Quarters(80, 60);
        var kind = Enum.Parse<PictureKind>(name);
        var bytes = kind switch
        {
            PictureKind.Jpeg => image.JpegsaveBuffer(),
            PictureKind.Png => image.PngsaveBuffer(),
            PictureKind.WebP => image.WebpsaveBuffer(),
            PictureKind.Gif => image.GifsaveBuffer(),
            _ => image.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1, effort: 0),
        };

        Assert.Equal(new ProbeResult.Accepted(new PictureHeader(kind, 80, 60)), Probe(bytes));
    }

    [Theory]
    [InlineData("ftypheic", "Heic")]
    [InlineData("ftypmif1\0\0\0\0mif1heic", "Heic")]
    [InlineData("ftypmif1\0\0\0\0mif1avif", "Avif")]
    [InlineData("ftypisom\0\0\0\0mp41", null)]
    public void Pictures_of_phones_are_told_by_the_brands_in_their_first_box(string box, string? kind)
    {
        byte[] start = [0, 0, 0, (byte)(box.Length + 4), .. box.Select(c => (byte)c), .. new byte[32]];

        Assert.Equal(kind, PictureKinds.Recognise(start)?.ToString());
    }

    [Fact]
    public void A_turned_photo_has_the_size_it_will_be_shown_in() =>
        Assert.Equal(new ProbeResult.Accepted(new PictureHeader(PictureKind.Jpeg, 600, 800)), Probe(Samples.CameraJpeg(orientation: 6)));

    [Fact]
    public void An_empty_file_is_refused() => Assert.Equal(RefusalCode.Empty, Refused([]));

    [Fact]
    public void A_picture_over_the_byte_limit_is_refused_before_its_header_is_read() =>
        Assert.Equal(RefusalCode.TooManyBytes, Refused(Samples.Jpeg(), Samples.Limits with { MaxBytes = 1000 }));

    [Theory]
    [InlineData("%PDF-1.7 ...", "a PDF document")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "a drawing (SVG)")]
    [InlineData("  <!doctype html><script>alert(1)</script>", "a web page")]
    [InlineData("PK\u0003\u0004......", "an archive")]
    [InlineData("\0\0\0\u0018ftypmp42", "a video")]
    public void What_is_no_photo_is_refused_by_name(string start, string name)
    {
        var refused = Assert.IsType<ProbeResult.Refused>(Probe([.. start.Select(c => (byte)c), .. new byte[64]]));

        Assert.Equal(RefusalCode.UnsupportedKind, refused.Why.Code);
        Assert.Contains(name, refused.Why.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_no_photo() => Assert.Equal(RefusalCode.NotAPicture, Refused("just some words, long enough to be looked at, but no photo"u8.ToArray()));

    [Fact]
    public void A_header_that_breaks_off_is_refused()
    {
        Assert.Equal(RefusalCode.BrokenHeader, Refused(Samples.Jpeg()[..20]));
        Assert.Equal(RefusalCode.BrokenHeader, Refused(Samples.Png()[..20]));
    }

    [Fact]
    public void A_bomb_of_a_few_bytes_and_a_hundred_thousand_pixels_square_is_refused_unopened() =>
        Assert.Equal(RefusalCode.TooManyPixels, Refused(Samples.PngClaiming(100_000, 100_000)));

    [Fact]
    public void A_picture_with_a_web_page_or_an_archive_glued_to_it_is_a_picture()
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("evil.html");
        }

        Assert.IsType<ProbeResult.Accepted>(Probe([.. Samples.Jpeg(), .. "<script>alert(1)</script>"u8]));
        Assert.IsType<ProbeResult.Accepted>(Probe([.. Samples.Png(), .. archive.ToArray()]));
    }

    private static ProbeResult Probe(byte[] bytes, PictureLimits? limits = null) =>
        Samples.InFile(bytes, path => PictureProbe.Probe(path, limits ?? Samples.Limits));

    private static RefusalCode Refused(byte[] bytes, PictureLimits? limits = null) =>
        Assert.IsType<ProbeResult.Refused>(Probe(bytes, limits)).Why.Code;
}
