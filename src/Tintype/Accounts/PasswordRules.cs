using System.Collections.Frozen;
using System.Reflection;

namespace Tintype.Accounts;

/// <summary>
/// Whether a password is good enough: long, and not among the first that anybody would try. No rules about kinds of characters, which
/// make passwords worse (NIST SP 800-63B, 5.1.1.2).
/// </summary>
internal static class PasswordRules
{
    public const int MinLength = 10;

    /// <summary>Far above any phrase a person types; keeps a request from being about hashing a novel.</summary>
    public const int MaxLength = 200;

    // "aaaaabbbbb" and "1212121212" are long and worth nothing.
    private const int MinDistinct = 5;
    private const int MaxPeriod = 5;

    private static readonly string[] Runs = ["abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p"];

    private static readonly FrozenSet<string> Common = Load();

    /// <param name="names">What others know of the person: username, e-mail, display name. A password made of these is refused.</param>
    public static FieldProblem? ProblemWith(string password, params IEnumerable<string> names)
    {
        if (password.Length == 0)
        {
            return new("password", "ERR_BLANK", "Choose a password.");
        }
        if (password.Length < MinLength)
        {
            return new("password", "ERR_TOO_SHORT", $"A password has at least {MinLength} characters. Three words you remember are good.");
        }
        if (password.Length > MaxLength)
        {
            return new("password", "ERR_TOO_LONG", $"A password has at most {MaxLength} characters.");
        }
        var lower = password.ToLowerInvariant();
        if (IsCommon(lower) || IsMonotonous(lower) || IsRun(lower))
        {
            return new("password", "ERR_INVALID", "This password is among the first that anybody would try. Three words you remember are good.");
        }
        return names.Any(name => IsMadeOf(lower, name.ToLowerInvariant()))
            ? new("password", "ERR_INVALID", "This password is mostly your own name or address. Choose one that cannot be guessed from those.")
            : null;
    }

    /// <summary>On the list as it is, or once its decoration is gone: "P@ssw0rd2024!" is "password".</summary>
    private static bool IsCommon(string lower) =>
        Common.Contains(lower) || Common.Contains(Letters(lower.Trim("0123456789!?.,-_#*+$@ ".ToCharArray())));

    /// <summary>Letters only, with the usual replacements taken back.</summary>
    private static string Letters(string lower) => new([.. lower.Select(letter => letter switch
    {
        '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't', _ => letter,
    }).Where(char.IsLetter)]);

    private static bool IsMonotonous(string lower) =>
        lower.Distinct().Count() < MinDistinct
        || Enumerable.Range(1, MaxPeriod).Any(period => lower.Skip(period).Zip(lower).All(pair => pair.First == pair.Second));

    private static bool IsRun(string lower) =>
        Runs.Any(run => (run + run).Contains(lower, StringComparison.Ordinal) || new string([.. (run + run).Reverse()]).Contains(lower, StringComparison.Ordinal));

    /// <summary>What is left without the name would be too short to be a password.</summary>
    private static bool IsMadeOf(string lower, string name) =>
        new[] { name, name.Split('@')[0] }.Any(part => part.Length >= 3 && lower.Contains(part, StringComparison.Ordinal)
            && lower.Replace(part, "", StringComparison.Ordinal).Length < MinLength - 2);

    private static FrozenSet<string> Load()
    {
        using var list = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("common-passwords.txt")!);
        return list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#')).SelectMany(line => line.Split(' ')).ToFrozenSet(StringComparer.Ordinal);
    }
}
