using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Tintype.Gateway;

/// <summary>The routes of all roles as lines for balancers that match by regular expressions, the first that fits.</summary>
internal static class BalancerRoutes
{
    /// <summary>"^(GET|HEAD) /media/[^/]+/[^/]+/?$" and its role, in the order of ASP.NET's precedence; letters in any case.</summary>
    public static IReadOnlyList<(string Expression, string Role)> Of(IEnumerable<RoleRoute> routes) =>
        [.. routes.OrderBy(route => route.Order).ThenBy(route => route.Pattern.InboundPrecedence)
            .GroupBy(route => (Path: PathOf(route.Pattern), route.Role))
            .Select(group => ($"^({string.Join('|', group.SelectMany(route => route.Methods).Distinct().Order(StringComparer.Ordinal))}) {group.Key.Path}$", group.Key.Role))];

    /// <summary>The paths under which a role takes bodies, as one expression.</summary>
    public static string BodiesOf(string role, IEnumerable<RoleRoute> routes) =>
        $"^({string.Join('|', routes.Where(route => route.Role == role && route.Methods.Any(method => method is "POST" or "PUT" or "PATCH")).Select(route => PathOf(route.Pattern)).Distinct().Order(StringComparer.Ordinal))})$";

    private static string PathOf(RoutePattern pattern)
    {
        var path = string.Concat(pattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(PartOf))));
        return path.Length == 0 ? "/" : path + "/?";
    }

    private static string PartOf(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => Regex.Escape(literal.Content),
        RoutePatternSeparatorPart separator => Regex.Escape(separator.Content),
        RoutePatternParameterPart { IsCatchAll: true } => ".*",
        RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(policy => policy.Content == "long") => "[0-9]+",
        _ => "[^/]+",
    };
}
