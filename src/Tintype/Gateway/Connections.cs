using System.Net.Sockets;
using Yarp.ReverseProxy.Forwarder;

namespace Tintype.Gateway;

/// <summary>The connections to instances: kept open, made anew quickly, and given up quickly where nobody answers.</summary>
internal sealed class Connections(GatewaySettings settings) : ForwarderHttpClientFactory
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        // Below Kestrel's 130 s, so that the gateway and not the instance ends an idle connection: no request meets a closing one.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60);
        handler.ConnectCallback = ConnectAsync;
    }

    /// <summary>With a time limit that counts as a failure to connect, after which the request may safely go elsewhere.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext target, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(settings.ConnectSeconds));
            await socket.ConnectAsync(target.DnsEndPoint, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
