using Yarp.ReverseProxy.Forwarder;

namespace Tintype.Gateway;

/// <summary>How forwarding one request to one instance failed.</summary>
internal static class Failures
{
    /// <summary>The connection was never made: what was to be sent may go elsewhere, whatever it is.</summary>
    public static bool NothingWasSent(Exception? error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    /// <summary>Whether the instance is to blame: not the client who left or sent nonsense, not an empty pool.</summary>
    public static bool IsOfInstance(HttpContext context) =>
        context.Features.Get<Patience>() is { IsOver: true }
        || context.Features.Get<IForwarderErrorFeature>() is
        {
            Error: ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination or ForwarderError.ResponseHeaders or ForwarderError.ResponseBodyDestination
        };
}
