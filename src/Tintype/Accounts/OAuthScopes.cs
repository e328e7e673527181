using System.Text.RegularExpressions;
using Tintype.Storage.Model;

namespace Tintype.Accounts;

/// <summary>The scopes of the client API: families (read, write) with members (write:media), and a few words of their own.</summary>
internal static partial class OAuthScopes
{
    public const string Default = "read";

    public static readonly string[] Supported =
    [
        "read", "read:accounts", "read:blocks", "read:bookmarks", "read:favourites", "read:filters", "read:follows", "read:lists", "read:mutes",
        "read:notifications", "read:search", "read:statuses", "write", "write:accounts", "write:blocks", "write:bookmarks", "write:conversations",
        "write:favourites", "write:filters", "write:follows", "write:lists", "write:media", "write:mutes", "write:notifications", "write:reports",
        "write:statuses", "follow", "push", "profile",
    ];

    /// <summary>The distinct scopes of a text separated by spaces or plus signs; null when one of them is no scope.</summary>
    public static IReadOnlyList<string>? Parse(string? text)
    {
        var words = (text ?? "").Split([' ', '+', '\n', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        return words.Count == 0 ? [Default] : words.All(word => Supported.Contains(word) || Admin().IsMatch(word)) ? words : null;
    }

    /// <summary>Whether an app registered for <paramref name="registered"/> may ask for these.</summary>
    public static bool Covers(string registered, IEnumerable<string> asked)
    {
        var granted = registered.Split(' ');
        return asked.All(scope => granted.Contains(scope) || granted.Contains(scope.Split(':')[0]));
    }

    /// <summary>What a person can give away: nobody who is not staff has admin rights to give.</summary>
    public static string Grantable(IEnumerable<string> asked, AccountRole role) =>
        string.Join(' ', asked.Where(scope => role != AccountRole.Person || !Admin().IsMatch(scope)));

    /// <summary>In a person's words, for the consent page; one line for each kind of thing.</summary>
    public static IReadOnlyList<string> InWords(IEnumerable<string> scopes) =>
        [.. scopes.Select(scope => scope switch
        {
            "read" => "See your feed, photos, activity and everything else you can see",
            "write" => "Post, edit and delete photos and comments, and change your profile, in your name",
            "follow" => "Follow, unfollow, block and mute people",
            "push" => "Send you notifications",
            "profile" => "See your name and picture",
            _ when Admin().IsMatch(scope) => "Moderate this Tintype",
            ['r', ..] => $"See your {scope[5..]}",
            _ => $"Change your {scope[6..]}",
        }).Distinct()];

    [GeneratedRegex("""\Aadmin:(?:read|write)(?::[a-z_]{1,40})?\z""")]
    private static partial Regex Admin();
}
