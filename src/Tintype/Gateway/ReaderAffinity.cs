using System.Security.Cryptography;
using System.Text;
using Tintype.Http;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Tintype.Gateway;

/// <summary>
/// A reader stays on one feed instance while it is healthy, where their feed is at hand. Rendezvous hashing (Thaler and Ravishankar,
/// 1998): of all instances the one with the greatest hash of reader and instance, so that every gateway chooses alike without talking,
/// and one instance more takes only its share of readers. Strangers go to the less busy of two.
/// </summary>
internal sealed class ReaderAffinity : ILoadBalancingPolicy
{
    public const string Policy = "ReaderAffinity";

    public string Name => Policy;

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        if (availableDestinations.Count < 2)
        {
            return availableDestinations.FirstOrDefault();
        }
        if (Reader(context.Request) is not { } reader)
        {
            return LessBusyOfTwo(availableDestinations);
        }
        var hash = Hash(reader);
        return availableDestinations.MaxBy(instance => Mix(hash ^ Hash(instance.DestinationId)));
    }

    /// <summary>What tells readers apart, unchecked: a made-up one chooses an instance and nothing more.</summary>
    public static string? Reader(HttpRequest request) =>
        request.Headers.Authorization is [{ Length: > 0 } bearer, ..] ? bearer
        : request.Cookies.TryGetValue(SessionCookie.Name, out var session) && session.Length > 0 ? session
        : null;

    private static DestinationState LessBusyOfTwo(IReadOnlyList<DestinationState> instances)
    {
        var first = Random.Shared.Next(instances.Count);
        var second = (first + 1 + Random.Shared.Next(instances.Count - 1)) % instances.Count;
        return instances[first].ConcurrentRequestCount <= instances[second].ConcurrentRequestCount ? instances[first] : instances[second];
    }

    private static ulong Hash(string text) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The finalizer of SplitMix64: every bit of its input moves every bit of its output.</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
