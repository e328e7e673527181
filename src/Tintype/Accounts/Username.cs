using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Tintype.Accounts;

/// <summary>What may be a username: 1 to 30 letters, digits, underscores and inner single dots, and no word that looks official.</summary>
internal static partial class Username
{
    public const int MaxLength = 30;

    // Words of our own addresses, and those by which a person could pose as the site.
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "about", "abuse", "accounts", "activity", "admin", "administrator", "all", "anonymous", "api", "assets", "authorize", "avatar", "avatars",
        "billing", "blocked", "bookmarks", "contact", "delete", "everyone", "explore", "favicon.ico", "feed", "followers", "following", "headers", "healthz",
        "help", "here", "home", "hostmaster", "info", "instance", "legal", "letter", "likes", "login", "logout", "mail", "media", "metrics", "moderation",
        "moderator", "muted", "new", "nobody", "nodeinfo", "noreply", "null", "oauth", "official", "offline", "owner", "places", "postmaster", "posts",
        "privacy", "profile", "public", "register", "requests", "restore", "robots.txt", "root", "search", "security", "sessions", "settings", "signin",
        "signup", "staff", "static", "status", "support", "sw.js", "sysadmin", "system", "tags", "team", "terms", "tintype", "undefined", "unknown",
        "webmaster", "www", "you",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when the name may be used, else why not. Whether it is free is another question.</summary>
    public static FieldProblem? ProblemWith(string name) =>
        name.Length == 0 ? new("username", "ERR_BLANK", "Choose a username.")
        : name.Length > MaxLength ? new("username", "ERR_TOO_LONG", $"A username has at most {MaxLength} characters.")
        : !Shape().IsMatch(name) ? new("username", "ERR_INVALID", "Use letters, digits and underscores, and single dots in between.")
        : Reserved.Contains(name) ? new("username", "ERR_RESERVED", "This name is reserved.")
        : null;

    [GeneratedRegex("""\A[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*\z""")]
    private static partial Regex Shape();
}
