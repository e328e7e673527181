using System.Diagnostics;
using System.Xml.Linq;
using SkiaSharp;
using Tintype.Commands.Load;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Commands;

/// <summary>tintype load: what it asks for arrives, what fails is told, and what was acknowledged is looked for.</summary>
public sealed class LoadSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task Visitors_of_every_kind_are_answered_and_their_uploads_found()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        await bob.PostAsync($"/api/v1/accounts/{alice.Id}/follow");
        await world.PostAsync(alice, "to look at #load");
        IReadOnlyList<Visitor> visitors = [new(alice.Username, alice.Bearer), new(bob.Username, bob.Bearer)];
        using var http = LoadCommand.Client(new Uri(world.Url));
        var visit = new Visit(http, new UploadPicture(SmallJpeg()));
        var figures = new LoadFigures();

        await visit.DoAsync(Deed.Feed, visitors[0], CancellationToken.None);
        await new OpenLoad(visit, visitors, LoadMix.Parse("feed=1,profile=1,search=1,like=1,upload=1"), figures).RunAsync(40, TimeSpan.FromSeconds(2), CancellationToken.None);
        var check = await new UploadCheck(visit, visitors).RunAsync(CancellationToken.None);

        Assert.Empty(figures.Deeds().SelectMany(deed => deed.Failures.Keys));
        Assert.Equal(5, figures.Deeds().Count);
        Assert.NotEqual(0, check.Checked);
        Assert.Equal(check.Checked, figures.Deeds().Single(deed => deed.Deed == "upload").Succeeded);
        Assert.Empty(check.Lost);
    }

    [Fact]
    public async Task An_upload_that_was_acknowledged_and_is_gone_counts_as_lost()
    {
        var carol = await world.Carol;
        using var http = LoadCommand.Client(new Uri(world.Url));
        var visit = new Visit(http, new UploadPicture(SmallJpeg()));
        var visitors = new[] { new Visitor(carol.Username, carol.Bearer) };
        await visit.DoAsync(Deed.Upload, visitors[0], CancellationToken.None);
        var post = PostId.Parse(visit.Uploads.Single().Post, null);
        using var deleted = await carol.Http.DeleteAsync($"/api/v1/statuses/{post}");

        var check = await new UploadCheck(visit, visitors) { Patience = TimeSpan.Zero }.RunAsync(CancellationToken.None);

        Assert.StartsWith($"{post} by carol", Assert.Single(check.Lost), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_and_silence_are_counted_by_kind()
    {
        using var http = LoadCommand.Client(new Uri(world.Url));
        var figures = new LoadFigures();

        await new OpenLoad(new Visit(http, new UploadPicture([])), [new Visitor("nobody", "wrong")], LoadMix.Parse("feed=1"), figures).RunAsync(50, TimeSpan.FromSeconds(1), CancellationToken.None);

        var feed = Assert.Single(figures.Deeds());
        Assert.Equal(0, feed.Succeeded);
        Assert.Equal(["status 401"], feed.Failures.Keys);
    }

    [Fact]
    public void Gaps_are_the_longest_stretch_without_a_success()
    {
        var figures = new LoadFigures();
        var from = Stopwatch.GetTimestamp() - 10 * Stopwatch.Frequency;

        figures.Succeeded(Deed.Feed, from);

        var gap = figures.LongestGap(writes: false, from, Stopwatch.GetTimestamp()).TotalSeconds;
        Assert.InRange(gap, 9.9, 600);
        Assert.InRange(figures.LongestGap(writes: true, from, Stopwatch.GetTimestamp()).TotalSeconds, gap, 600);
    }

    [Theory]
    [InlineData("feed")]
    [InlineData("feed=-1")]
    [InlineData("fly=3")]
    [InlineData("feed=0")]
    [InlineData("")]
    public void A_mix_that_makes_no_sense_is_refused(string mix) => Assert.Throws<SettingsException>(() => LoadMix.Parse(mix));

    [Fact]
    public void A_picture_to_upload_is_another_file_each_time_and_the_same_picture()
    {
        var picture = new UploadPicture(SmallJpeg());
        var (first, second) = (picture.Next(), picture.Next());

        Assert.NotEqual(first, second);
        using var decoded = SKBitmap.Decode(first);
        Assert.Equal(64, decoded.Width);
    }

    [Fact]
    public void The_plot_is_a_picture_with_the_curve_in_it()
    {
        var svg = XDocument.Parse(LatencyPlot.Draw("200/s <here>", [(50, 3), (99, 40), (100, 900)]));

        var curve = Assert.Single(svg.Descendants(), element => element.Name.LocalName == "polyline");
        Assert.Equal(3, curve.Attribute("points")!.Value.Split(' ').Length);
    }

    private static byte[] SmallJpeg()
    {
        using var bitmap = new SKBitmap(64, 48);
        bitmap.Erase(SKColors.Teal);
        return bitmap.Encode(SKEncodedImageFormat.Jpeg, 80).ToArray();
    }
}
