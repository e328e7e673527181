using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tintype.Servers;

/// <summary>Ports for the servers of this run, each handed out once.</summary>
/// <remarks>
/// Asking the system for "any free port" and giving it back lets two servers, or a server and an outgoing connection, get the same one.
/// These lie below the range that outgoing connections use, and are held by a lock on a file against other processes of the run until
/// this one ends: a server that was killed finds its port free when it comes back.
/// </remarks>
public static class LoopbackPort
{
    private const int Lowest = 10_240;
    private static readonly int Beyond = LowestOfConnections();
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "tintype-ports")).FullName;
    private static readonly ConcurrentDictionary<int, FileStream> Held = new();

    /// <param name="above">That port plus this is free and held too: for servers that listen at two.</param>
    /// <exception cref="InvalidOperationException">A thousand were tried, and each was in use.</exception>
    public static int Take(int above = 0)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(Lowest, Beyond - above);
            if (TryHold(port) && (above == 0 || TryHold(port + above)))
            {
                return port;
            }
        }
        throw new InvalidOperationException($"no free port between {Lowest} and {Beyond}");
    }

    private static bool TryHold(int port)
    {
        if (Held.ContainsKey(port) || !IsFree(port))
        {
            return false;
        }
        try
        {
            var held = new FileStream(Path.Combine(Folder, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (Held.TryAdd(port, held))
            {
                return true;
            }
            held.Dispose();
            return false;
        }
        catch (IOException)
        {
            return false; // Another process of this run holds it.
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int LowestOfConnections()
    {
        const string range = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(range) && int.Parse(File.ReadAllText(range).Split()[0], null) is > Lowest and var lowest ? lowest : 32_768;
    }
}
