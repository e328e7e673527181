using Xunit;

namespace Tintype.Specs.Architecture;

/// <summary>Who may know whom: read off the compiled assemblies.</summary>
public sealed class LayerSpecs
{
    private static readonly string[] Slices = ["Accounts", "Upload", "Feed", "Profile", "Interactions", "Friends", "Media", "Gateway"];

    /// <summary>Within Tintype.Storage: what each folder may mention of the others. Shards and Dialects are one layer.</summary>
    private static readonly Dictionary<string, string[]> StorageLayers = new()
    {
        ["Model"] = [],
        ["Shards"] = ["Dialects", "Model"],
        ["Dialects"] = ["Shards", "Model"],
        ["Migrations"] = ["Shards", "Dialects", "Model"],
        ["Tables"] = ["Shards", "Dialects", "Model"],
        ["Jobs"] = ["Cache", "Tables", "Shards", "Dialects", "Model"],
        ["Cache"] = ["Model"],
        ["Feeds"] = ["Cache", "Model"],
        ["Objects"] = ["Model"],
    };

    /// <summary>Vendor namespace -> the only folders that mention it: what replaces a vendor one day is found in one place.</summary>
    private static readonly Dictionary<string, string[]> Vendors = new()
    {
        ["Npgsql"] = ["Tintype.Storage.Dialects"],
        ["Microsoft.Data.Sqlite"] = ["Tintype.Storage.Dialects"],
        ["Dapper"] = ["Tintype.Storage.Dialects"],
        ["Polly"] = ["Tintype.Storage.Objects"],
        ["StackExchange.Redis"] = ["Tintype.Storage.Cache", "Tintype.Storage.Feeds"],
        ["Amazon"] = ["Tintype.Storage.Objects"],
        ["Azure"] = ["Tintype.Storage.Objects"],
        ["Yarp"] = ["Tintype.Gateway"],
        ["NetVips"] = ["Tintype.Upload"],
        ["ImageMagick"] = ["Tintype.Upload"],
        ["MetadataExtractor"] = ["Tintype.Upload"],
        ["SkiaSharp"] = ["Tintype.Demo"],
        ["Konscious"] = ["Tintype.Accounts"],
        ["System.CommandLine"] = ["Tintype.Commands"],
        ["Spectre.Console"] = ["Tintype.Commands", "Tintype.Demo"],
    };

    [Fact]
    public void These_specs_see_what_they_judge() =>
        Assert.Contains(House.Mentions, mention => mention.From.IsIn("Tintype") && mention.From.Name == nameof(Roles) && mention.To.IsIn("Tintype.Feed"));

    [Fact]
    public void Storage_never_knows_the_app() => House.Hold(
        "Tintype uses Tintype.Storage, never the other way: state does not know who shows it. Move what both need into Tintype.Storage/Model.",
        House.Mentions.Where(mention => mention.From.IsIn("Tintype.Storage") && mention.To.IsIn("Tintype") && !mention.To.IsIn("Tintype.Storage"))
            .Select(mention => $"{mention.From.FullName} mentions {mention.To.FullName}"));

    [Fact]
    public void Slices_never_know_each_other() => House.Hold(
        "A slice is an app set that can run on its own machines. Slices meet in tables, caches and jobs; what two of them need of HTTP, of a post's looks, or of pages stands in Http, Cards or Web. Only Roles.cs sees all.",
        House.Mentions.Where(mention => Slices.FirstOrDefault(slice => mention.From.IsIn($"Tintype.{slice}")) is { } mine
                && Slices.Any(other => other != mine && mention.To.IsIn($"Tintype.{other}")))
            .Select(mention => $"{mention.From.FullName} mentions {mention.To.FullName}"));

    [Fact]
    public void Common_ground_never_knows_a_slice() => House.Hold(
        "Http, Cards and Web are what slices stand on: if they knew a slice, every slice would. Let the slice register with them, or move the type down.",
        House.Mentions.Where(mention => (mention.From.IsIn("Tintype.Http") || mention.From.IsIn("Tintype.Cards") || mention.From.IsIn("Tintype.Web"))
                && Slices.Any(slice => mention.To.IsIn($"Tintype.{slice}")))
            .Select(mention => $"{mention.From.FullName} mentions {mention.To.FullName}"));

    [Fact]
    public void Storage_is_layered() => House.Hold(
        "In Tintype.Storage: Tables -> Shards (with Dialects) -> Model. Cache and Objects see Model only, Feeds also Cache, Jobs also the outbox table.",
        from mention in House.Mentions
        let mine = StorageLayers.Keys.FirstOrDefault(layer => mention.From.IsIn($"Tintype.Storage.{layer}"))
        let other = StorageLayers.Keys.FirstOrDefault(layer => mention.To.IsIn($"Tintype.Storage.{layer}"))
        where mine is not null && other is not null && mine != other && !StorageLayers[mine].Contains(other)
        select $"{mention.From.FullName} ({mine}) mentions {mention.To.FullName} ({other})");

    [Fact]
    public void Every_vendor_has_its_folder() => House.Hold(
        "One vendor, one folder: its types do not leave it. Wrap what you need in a type of that folder.",
        from mention in House.Mentions
        from vendor in Vendors
        where mention.To.IsIn(vendor.Key) && !vendor.Value.Any(folder => mention.From.IsIn(folder))
        select $"{mention.From.FullName} mentions {mention.To.FullName}: {vendor.Key} belongs into {string.Join(", ", vendor.Value)}");
}
