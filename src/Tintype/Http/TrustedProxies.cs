using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Tintype.Http;

/// <summary>Behind proxies that the operator named, a request's address and scheme are those that they forward; else those of the connection.</summary>
internal static class TrustedProxies
{
    /// <exception cref="SettingsException">A proxy is neither an address nor a network.</exception>
    public static void UseTrustedProxies(this IApplicationBuilder app, Settings settings)
    {
        if (settings.TrustedProxies.Length == 0)
        {
            return;
        }
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in Of(settings))
        {
            options.KnownIPNetworks.Add(proxy);
        }
        app.UseForwardedHeaders(options);
    }

    /// <exception cref="SettingsException">A proxy is neither an address nor a network.</exception>
    public static IReadOnlyList<System.Net.IPNetwork> Of(Settings settings) =>
        [.. settings.TrustedProxies.Select(proxy => Network(proxy)
            ?? throw new SettingsException($"TrustedProxies: '{proxy}' is neither an address nor a network such as 10.0.0.0/8."))];

    private static System.Net.IPNetwork? Network(string text) =>
        System.Net.IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
