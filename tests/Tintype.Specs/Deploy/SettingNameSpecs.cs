using Tintype.Specs.Architecture;
using Xunit;

namespace Tintype.Specs.Deploy;

public sealed class SettingNameSpecs
{
    [Fact]
    public void Every_setting_that_is_named_exists() => House.Hold(
        "A setting that nothing reads is a mistake that nobody is told of. Names are in src/Tintype/Settings.cs.",
        Texts().SelectMany(file => SettingNames.In(File.ReadAllText(file)).Where(name => !SettingNames.Exists(name) && !name.StartsWith("Tintype:Section", StringComparison.Ordinal) && !name.StartsWith("Tintype__Section", StringComparison.Ordinal))
            .Select(name => $"{Path.GetRelativePath(House.Root, file)}: {name}")));

    [Theory]
    [InlineData("Tintype__Feed__Length", true)]
    [InlineData("Tintype:TrustedProxies:0", true)]
    [InlineData("Tintype__Gateway__Instances__feed", true)]
    [InlineData("Tintype__Feed__Width", false)]
    [InlineData("Tintype__Feeds__Length", false)]
    [InlineData("Tintype__TrustedProxies__first", false)]
    [InlineData("Tintype__Feed__Length__0", false)]
    public void A_name_is_looked_up_as_configuration_does(string name, bool exists) => Assert.Equal(exists, SettingNames.Exists(name));

    private static IEnumerable<string> Texts() =>
        new[] { "deploy", "docs" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(House.Root, folder), "*", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/images/", StringComparison.Ordinal)).Append(Path.Combine(House.Root, "README.md"));
}
