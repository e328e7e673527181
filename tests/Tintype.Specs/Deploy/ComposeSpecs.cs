using System.Text.RegularExpressions;
using Tintype.Specs.Architecture;
using Xunit;

namespace Tintype.Specs.Deploy;

/// <summary>deploy/compose/compose.yaml: what its services call each other by, and which roles they have.</summary>
public sealed partial class ComposeSpecs
{
    private static readonly Yaml File = Yaml.Read(House.Read("deploy/compose/compose.yaml"))[0];

    private static readonly IReadOnlyDictionary<string, Yaml> Services = File["services"].Map;

    [Fact]
    public void Every_role_runs_and_no_other() =>
        Assert.Equal(
            Roles.All.Select(role => role.Name).Append(Roles.Gateway).Order(),
            Services.Values.Select(service => service["environment.Tintype__Roles"].Text).Where(role => role.Length > 0).Distinct().Order());

    [Fact]
    public void Whom_a_service_waits_for_or_calls_is_there() => House.Hold(
        "A host that is no service of the file cannot be found.",
        Services.SelectMany(service => Named(service.Value).Where(host => !Services.ContainsKey(host)).Select(host => $"{service.Key}: {host}")));

    [Fact]
    public void The_gateway_knows_an_instance_of_each_role_that_has_routes_and_each_has_that_role()
    {
        var pools = Services["gateway"]["environment"].Entries.Where(entry => entry.Key.StartsWith(Pool, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[Pool.Length..], entry => entry.Value.Text);

        Assert.Equal(Roles.All.Where(role => role.Name != Roles.Worker).Select(role => role.Name).Order(), pools.Keys.Order());
        Assert.All(pools, pool => Assert.All(Address().Matches(pool.Value), address => Assert.Equal(pool.Key, Services[address.Groups["host"].Value]["environment.Tintype__Roles"].Text)));
    }

    [Fact]
    public void Nothing_of_ours_has_rights_or_a_disk() =>
        Assert.All(Services.Values.Where(service => service["environment.Tintype__Roles"].IsThere), service =>
        {
            Assert.Equal("true", service["read_only"].Text);
            Assert.Equal(["ALL"], service["cap_drop"].Items.Select(right => right.Text));
        });

    [Fact]
    public void Volumes_are_declared() => House.Hold(
        "A volume that is not declared cannot be mounted.",
        Services.Values.SelectMany(service => service["volumes"].Items).Select(volume => volume.Text.Split(':')[0])
            .Where(volume => volume.StartsWith('.') ? !Path.Exists(Path.Combine(House.Root, "deploy/compose", volume)) : !File["volumes"].Map.ContainsKey(volume)));

    private const string Pool = "Tintype__Gateway__Instances__";

    private static IEnumerable<string> Named(Yaml service) =>
        service["depends_on"].Entries.Select(entry => entry.Key)
            .Concat(service["depends_on"].Items.Select(item => item.Text))
            .Concat(service["environment"].Entries.Where(entry => entry.Key != "Tintype__PublicUrl").SelectMany(entry => Address().Matches(entry.Value.Text)).Select(match => match.Groups["host"].Value));

    [GeneratedRegex(@"(?:https?://|Host=|^)(?<host>[a-z][a-z0-9-]*)(?::\d+|;)")]
    private static partial Regex Address();
}
