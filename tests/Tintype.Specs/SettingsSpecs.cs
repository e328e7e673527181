using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Tintype.Specs;

public sealed class SettingsSpecs
{
    private const string Connection = "AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/a";

    [Fact]
    public void Secrets_are_not_printed()
    {
        var settings = new Settings { Objects = new() { AccessKey = new("who-we-are"), SecretKey = new("hush"), AzureConnection = new(Connection) } };

        var printed = JsonSerializer.Serialize(settings) + settings + settings.Objects;

        Assert.DoesNotContain("hush", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("who-we-are", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", printed, StringComparison.Ordinal);
        Assert.Contains("\"SecretKey\":\"***\"", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-cache", "64")]
    [InlineData("viewer-marks", "0")]
    public async Task A_size_that_no_cache_can_have_is_refused_with_the_names_there_are(string cache, string megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-settings-");

        var refused = await Assert.ThrowsAsync<SettingsException>(() => TintypeApp.BuildAsync([$"--Tintype:Data={folder.FullName}", $"--Tintype:Caches:Sizes:{cache}={megabytes}"]));

        Assert.Contains("viewer-marks", refused.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Url", "Store", "s3")]
    [InlineData("AzureConnection", "Store", "azure")]
    [InlineData("Store=s3 or azure", "Delivery", "redirect")]
    [InlineData("CdnUrl", "CdnUrl", "cdn.example.org")]
    [InlineData("AccessKey and SecretKey", "AccessKey", "alone")]
    [InlineData("CdnUrl needs Delivery=stream", "CdnUrl", "https://cdn.example.org", "Store", "s3", "Url", "http://127.0.0.1:1", "Delivery", "redirect")]
    public async Task What_makes_no_sense_is_said_before_anything_starts(string said, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-settings-");

        var refused = await Assert.ThrowsAsync<SettingsException>(() => TintypeApp.BuildAsync(
            [$"--Tintype:Data={folder.FullName}", .. settings.Chunk(2).Select(pair => $"--Tintype:Objects:{pair[0]}={pair[1]}")]));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Secrets_are_bound_from_configuration_and_a_store_that_is_away_keeps_nothing_from_starting()
    {
        var folder = Directory.CreateTempSubdirectory("tintype-settings-");

        await using (var app = await TintypeApp.BuildAsync(
            [$"--Tintype:Data={folder.FullName}", "--Tintype:Objects:Store=azure", $"--Tintype:Objects:AzureConnection={Connection}", "--Tintype:Objects:PatienceSeconds=1"]))
        {
            Assert.Equal(Connection, app.Services.GetRequiredService<Settings>().Objects.AzureConnection.Value);
        }

        folder.Delete(recursive: true);
    }
}
