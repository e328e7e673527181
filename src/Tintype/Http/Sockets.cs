namespace Tintype.Http;

/// <summary>How the process listens.</summary>
internal static class Sockets
{
    // Thousands may knock within a second after a restart or a failover; what the system allows at most (somaxconn).
    private const int Backlog = 4096;

    public static IWebHostBuilder UseTintypeSockets(this IWebHostBuilder host) => host.UseSockets(sockets => sockets.Backlog = Backlog);
}
