using System.Globalization;

namespace Tintype.Http;

/// <summary>How the process listens, and to how many at once.</summary>
internal static class Sockets
{
    // Thousands may knock within a second after a restart or a failover; what the system allows at most (somaxconn).
    private const int Backlog = 4096;

    // Descriptors for everything else: files, databases, memory servers, stores. A tenth of all, within these.
    private const int LeastReserve = 512, MostReserve = 4096;

    /// <summary>
    /// Bounds the connections, so that no crowd takes the last descriptor: without any, the runtime ends the process ("Out of memory"). Whoever
    /// comes beyond the bound is hung up on.
    /// </summary>
    public static IWebHostBuilder UseTintypeSockets(this IWebHostBuilder host, Settings settings) => host
        .UseSockets(sockets => sockets.Backlog = Backlog)
        .ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentConnections = kestrel.Limits.MaxConcurrentUpgradedConnections =
            settings.MaxConnections > 0 ? settings.MaxConnections
            : OpenFiles() is { } descriptors ? MostConnections(descriptors, Roles.IsGateway(settings) ? 2 : 1) : null);

    /// <param name="descriptors">The process may have.</param>
    /// <param name="each">Descriptors that a connection needs: a gateway has one onwards for it.</param>
    public static long MostConnections(long descriptors, int each) =>
        Math.Max(1, (descriptors - Math.Min(Math.Clamp(descriptors / 10, LeastReserve, MostReserve), descriptors / 2)) / each);

    /// <summary>Descriptors this process may have; null where the system does not say (anything but Linux) or sets no limit.</summary>
    private static long? OpenFiles()
    {
        const string limits = "/proc/self/limits", name = "Max open files";
        return OperatingSystem.IsLinux() && File.Exists(limits)
            && File.ReadLines(limits).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            && long.TryParse(line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var soft)
            ? soft : null;
    }
}
