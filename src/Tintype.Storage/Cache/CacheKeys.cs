using System.Security.Cryptography;
using System.Text;

namespace Tintype.Storage.Cache;

/// <summary>Every key of the caches, in one place, so that two never mean different things by one.</summary>
public static class CacheKeys
{
    /// <summary>
    /// Part of every key on the shared level. To be raised whenever what is kept there changes its form (a spec notices), so that old and new
    /// processes, which run beside each other during an upgrade, never read each other's.
    /// </summary>
    public const int Schema = 1;

    // memcached takes 250 bytes; the instance's prefix and ours stand in front.
    private const int MaxShared = 150;

    public const string InstanceFigures = "instance";
    public const string TagsOfTheDay = "all";

    public static string Username(string name) => name.ToLowerInvariant();
    public static string Grid(AccountId author, bool whole) => $"{author}:{(whole ? "whole" : "public")}";
    public static string Unread(AccountId id) => id.ToString();
    public static string Suggestions(AccountId? viewer, int doublings) => $"{viewer?.ToString() ?? "anybody"}:{doublings}";
    public static string Explore(int limit, int offset) => $"{limit}:{offset}";
    public static string Search(string query, string page) => $"{page}:{query}";

    /// <summary>A key as the shared level knows it: short, and nothing but visible ASCII, whatever people searched for.</summary>
    public static string Shared(CachePolicy cache, string key) => $"c{Schema}:{cache.Name.Replace(' ', '-')}:{Plain(key)}";

    /// <summary>The key of whoever renews that one ahead of its end.</summary>
    public static string Renewal(string shared) => shared + "!";

    /// <summary>A shared counter: one for each window.</summary>
    public static string Counter(string key, long window) => $"n:{window}:{Plain(key)}";

    private static string Plain(string key) => key.Length <= MaxShared && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
        ? key
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
