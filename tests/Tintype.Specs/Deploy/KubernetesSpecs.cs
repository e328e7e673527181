using System.Diagnostics;
using Tintype.Specs.Architecture;
using Xunit;

namespace Tintype.Specs.Deploy;

/// <summary>What deploy/kubernetes/render prints: that its parts fit each other and the app.</summary>
public sealed class KubernetesSpecs
{
    private static readonly string[] Deployed = [.. Roles.All.Select(role => role.Name), Roles.Gateway];

    private static readonly Lazy<IReadOnlyList<Yaml>> Rendered = new(() => Yaml.Read(Render()));

    [Fact]
    public void Each_app_set_has_a_deployment_a_service_an_autoscaler_and_a_disruption_budget()
    {
        foreach (var kind in new[] { "Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget" })
        {
            Assert.Equal(Deployed.Append("proxy").Where(name => kind != "HorizontalPodAutoscaler" || name != "proxy").Order(), Of(kind).Select(Name).Order());
        }
    }

    [Fact]
    public void Each_instance_is_probed_where_it_answers_and_says_what_it_needs()
    {
        foreach (var deployment in Of("Deployment").Where(one => Deployed.Contains(Name(one))))
        {
            var container = deployment["spec.template.spec.containers"].Items.Single();
            Assert.Equal(["http"], container["ports"].Items.Select(port => port["name"].Text));
            Assert.Equal("5080", container["ports"].Items.Single()["containerPort"].Text);
            Assert.Equal("/healthz/live", container["livenessProbe.httpGet.path"].Text);
            Assert.Equal("/healthz/live", container["startupProbe.httpGet.path"].Text);
            Assert.Equal("/healthz/ready", container["readinessProbe.httpGet.path"].Text);
            Assert.True(container["resources.requests.cpu"].IsThere && container["resources.requests.memory"].IsThere);
            Assert.Equal(Name(deployment), container["env"].Items.Single(entry => entry["name"].Text == "Tintype__Roles")["value"].Text);
        }
    }

    [Fact]
    public void Nothing_has_rights_it_does_not_need() =>
        Assert.All(Of("Deployment"), deployment =>
        {
            Assert.Equal("true", deployment["spec.template.spec.securityContext.runAsNonRoot"].Text);
            Assert.Equal("false", deployment["spec.template.spec.automountServiceAccountToken"].Text);
            var container = deployment["spec.template.spec.containers"].Items.Single();
            Assert.Equal("true", container["securityContext.readOnlyRootFilesystem"].Text);
            Assert.Equal("false", container["securityContext.allowPrivilegeEscalation"].Text);
            Assert.Equal(["ALL"], container["securityContext.capabilities.drop"].Items.Select(right => right.Text));
        });

    [Fact]
    public void Selectors_find_the_pods_of_one_deployment()
    {
        foreach (var one in Of("Service").Concat(Of("PodDisruptionBudget")).Concat(Of("Deployment")))
        {
            var selector = one["spec.selector.matchLabels"] is { IsThere: true } labels ? labels : one["spec.selector"];
            Assert.Equal([Name(one)], Of("Deployment").Where(deployment => Covers(deployment["spec.template.metadata.labels"], selector)).Select(Name));
        }
    }

    [Fact]
    public void Autoscalers_keep_two_of_each_and_may_add()
    {
        foreach (var scaler in Of("HorizontalPodAutoscaler"))
        {
            Assert.Equal(Name(scaler), scaler["spec.scaleTargetRef.name"].Text);
            Assert.InRange(int.Parse(scaler["spec.minReplicas"].Text), 2, int.Parse(scaler["spec.maxReplicas"].Text) - 1);
            Assert.False(Of("Deployment").Single(deployment => Name(deployment) == Name(scaler))["spec.replicas"].IsThere);
        }
    }

    [Fact]
    public void What_is_referred_to_is_there()
    {
        var secret = Yaml.Read(House.Read("deploy/kubernetes/secret.example.yaml")).Single();
        var maps = Of("ConfigMap").Select(Name).ToList();
        foreach (var spec in Of("Deployment").Select(deployment => deployment["spec.template.spec"]))
        {
            Assert.All(spec["containers"].Items.SelectMany(container => container["envFrom"].Items), source => Assert.True(
                source["secretRef.name"].IsThere ? source["secretRef.name"].Text == Name(secret) : maps.Contains(source["configMapRef.name"].Text)));
            Assert.All(spec["volumes"].Items.Where(volume => volume["configMap"].IsThere), volume => Assert.Contains(volume["configMap.name"].Text, maps));
            Assert.Empty(spec["containers"].Items.SelectMany(container => container["volumeMounts"].Items).Select(mount => mount["name"].Text).Except(spec["volumes"].Items.Select(volume => volume["name"].Text)));
        }
        var entry = Of("Ingress").Single()["spec.rules"].Items.Single()["http.paths"].Items.Single()["backend.service.name"].Text;
        Assert.Contains(entry, Of("Service").Select(Name));
    }

    [Fact]
    public void The_gateway_knows_the_service_of_each_role_that_has_routes()
    {
        const string Pool = "Tintype__Gateway__Instances__";
        var settings = Of("ConfigMap").Single(map => Name(map) == "settings")["data"];

        Assert.Equal(
            Roles.All.Where(role => role.Name != Roles.Worker).Select(role => $"{role.Name} http://{role.Name}:5080").Order(),
            settings.Entries.Where(entry => entry.Key.StartsWith(Pool, StringComparison.Ordinal)).Select(entry => $"{entry.Key[Pool.Length..]} {entry.Value.Text}").Order());
    }

    [Fact]
    public void The_proxys_files_are_those_that_are_proven()
    {
        var data = Of("ConfigMap").Single(map => Name(map) == "proxy")["data"].Map;

        Assert.All(data, file => Assert.Equal(House.Read($"deploy/proxies/{file.Key}"), file.Value.Text));
        Assert.Equal(["nginx.conf", "run"], data.Keys.Order());
    }

    private static IEnumerable<Yaml> Of(string kind) => Rendered.Value.Where(document => document["kind"].Text == kind);

    private static string Name(Yaml document) => document["metadata.name"].Text;

    private static bool Covers(Yaml labels, Yaml selector) => selector.Entries.Any() && selector.Entries.All(entry => labels[entry.Key].Text == entry.Value.Text);

    private static string Render()
    {
        using var render = Process.Start(new ProcessStartInfo(Path.Combine(House.Root, "deploy/kubernetes/render")) { RedirectStandardOutput = true })!;
        var text = render.StandardOutput.ReadToEnd();
        render.WaitForExit();
        Assert.Equal(0, render.ExitCode);
        return text;
    }
}
