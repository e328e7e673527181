using System.Collections;
using System.Text.RegularExpressions;

namespace Tintype.Specs.Deploy;

/// <summary>Names of settings as they stand in environments and on command lines, held against <see cref="Settings"/>.</summary>
internal static partial class SettingNames
{
    /// <summary>Every Tintype__A__B and Tintype:A:B in a text.</summary>
    public static IEnumerable<string> In(string text) => Name().Matches(text).Select(match => match.Value);

    public static bool Exists(string name)
    {
        var type = typeof(Settings);
        foreach (var word in name.Split(["__", ":"], StringSplitOptions.None).Skip(1))
        {
            if (Entry(type) is { } entry)
            {
                if (type.IsArray && !int.TryParse(word, out _))
                {
                    return false;
                }
                type = entry;
            }
            else if (type.GetProperty(word) is { CanWrite: true } knob)
            {
                type = Nullable.GetUnderlyingType(knob.PropertyType) ?? knob.PropertyType;
            }
            else
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>What an entry of a list or of a dictionary is; null for anything else.</summary>
    private static Type? Entry(Type type) =>
        type.IsArray ? type.GetElementType()
        : typeof(IDictionary).IsAssignableFrom(type) ? type.GetGenericArguments()[1]
        : null;

    [GeneratedRegex("(?<![A-Za-z.])Tintype((__[A-Za-z0-9]+)+|(:[A-Za-z][A-Za-z0-9]*)(:[A-Za-z0-9]+)*)")]
    private static partial Regex Name();
}
