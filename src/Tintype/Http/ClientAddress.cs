using System.Net;
using System.Net.Sockets;

namespace Tintype.Http;

/// <summary>Where a request comes from, for limits and for the list of sessions.</summary>
internal static class ClientAddress
{
    /// <summary>The address as a person reads it; empty when unknown.</summary>
    public static string Of(HttpContext context) => Plain(context.Connection.RemoteIpAddress)?.ToString() ?? "";

    /// <summary>What a limit counts: an IPv4 address, or an IPv6 /64, for one household draws as many addresses of it as it likes.</summary>
    public static string Network(HttpContext context)
    {
        var address = Plain(context.Connection.RemoteIpAddress);
        return address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address?.ToString() ?? "";
    }

    /// <summary>An IPv4 address that came over an IPv6 socket is an IPv4 address.</summary>
    public static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
