using System.CommandLine;
using Tintype.Gateway;

namespace Tintype.Commands;

/// <summary>tintype gateway: the role's routes for other balancers.</summary>
internal static class GatewayCommand
{
    public static Command Create()
    {
        var balancer = new Option<string>("--for") { Description = "nginx or haproxy.", Required = true };
        balancer.AcceptOnlyFromAmong("nginx", "haproxy");
        var pools = new Option<string>("--pools") { Description = "JSON file of instances by role, as a gateway reads it.", Required = true };
        var listen = new Option<string>("--listen") { Description = "Address to listen on. Default: 0.0.0.0:8080", DefaultValueFactory = _ => "0.0.0.0:8080" };
        var config = new Command("config", "Prints a configuration that does what a gateway does, for those who run another balancer.") { balancer, pools, listen };
        config.SetAction(parsed =>
        {
            var settings = new Settings();
            var routes = TintypeApp.Routes(settings);
            try
            {
                var known = Pool.Read(File.ReadAllText(parsed.GetValue(pools)!), [.. routes.Select(route => route.Role).Distinct()]);
                Console.Write(parsed.GetValue(balancer) == "nginx"
                    ? NginxConfig.Text(routes, known, settings, parsed.GetValue(listen)!)
                    : HAProxyConfig.Text(routes, known, settings, parsed.GetValue(listen)!));
                return 0;
            }
            catch (Exception error) when (error is PoolException or IOException or UnauthorizedAccessException)
            {
                throw new SettingsException($"the pools {parsed.GetValue(pools)} cannot be used: {error.Message}");
            }
        });
        return new Command("gateway", "Look after what stands before the instances.") { config };
    }
}
