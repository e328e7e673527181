using Microsoft.AspNetCore.Routing.Patterns;

namespace Tintype.Gateway;

/// <summary>A route of a role, as the role itself maps it: what the gateway forwards follows from the code, and never goes stale.</summary>
/// <param name="Methods">Empty for any.</param>
internal sealed record RoleRoute(string Role, RoutePattern Pattern, IReadOnlyList<string> Methods, int Order)
{
    public static RoleRoute Of(string role, RouteEndpoint endpoint) =>
        new(role, endpoint.RoutePattern, endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [], endpoint.Order);

    /// <summary>Names the route in YARP's configuration and in logs.</summary>
    public string Id => $"{Role} {string.Join('+', Methods)} {Pattern.RawText}";
}
