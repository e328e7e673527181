using System.Globalization;
using System.Net;

namespace Tintype.Http;

/// <summary>
/// Every request has an id, which stands in the log, on error pages and, where something went wrong or a proxy sent it, in the answer's X-Request-Id. It is given where the request
/// enters; one that comes along is kept only if a trusted proxy sends it.
/// </summary>
/// <remarks>
/// Where nobody sent one, the server's own serves (connection and number). Made for each answer, it was most of what a feed read allocated.
/// </remarks>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    private const int MostCharacters = 64;

    public static void UseRequestIds(this IApplicationBuilder app, Settings settings)
    {
        var trusted = TrustedProxies.Of(settings);
        app.Use(next => context =>
        {
            if (Given(context, trusted) is { } given)
            {
                context.TraceIdentifier = given;
                context.Response.OnStarting(Say, context);
            }
            else
            {
                context.Response.OnStarting(SayOfFaults, context);
            }
            return next(context);
        });
    }

    /// <summary>For gateways, which tell all that they forward to of it: drawn anew for each request.</summary>
    public static void UseDrawnRequestIds(this IApplicationBuilder app, Settings settings)
    {
        var trusted = TrustedProxies.Of(settings);
        app.Use(next => context =>
        {
            // To be told apart, not to be kept secret: no need of randomness that costs a microsecond.
            context.TraceIdentifier = Given(context, trusted) ?? Random.Shared.NextInt64(long.MinValue, long.MaxValue).ToString("x16", CultureInfo.InvariantCulture);
            context.Response.OnStarting(Say, context);
            return next(context);
        });
    }

    private static Task Say(object state)
    {
        var context = (HttpContext)state;
        context.Response.Headers[Header] = context.TraceIdentifier;
        return Task.CompletedTask;
    }

    private static Task SayOfFaults(object state) =>
        ((HttpContext)state).Response.StatusCode >= 400 ? Say(state) : Task.CompletedTask;

    private static string? Given(HttpContext context, IReadOnlyList<System.Net.IPNetwork> trusted) =>
        context.Request.Headers[Header] is [{ Length: > 0 and <= MostCharacters } id]
        && id.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
        && ClientAddress.Plain(context.Connection.RemoteIpAddress) is { } peer && IsIn(trusted, peer)
            ? id : null;

    private static bool IsIn(IReadOnlyList<System.Net.IPNetwork> networks, IPAddress address) => networks.Any(network => network.Contains(address));
}
