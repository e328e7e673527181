using System.Text;

namespace Tintype.Storage.Tables.Search;

/// <summary>
/// Text as the directory compares it: lower case, Latin letters without accents, everything but letters and digits a blank. Signs of
/// scripts that write no blanks stand alone, so that any part of such a text is found. Both databases get the same words this way.
/// </summary>
/// <remarks>By hand, because the runtime carries no Unicode tables (invariant globalization): string.Normalize does nothing there.</remarks>
public static class FoldedWords
{
    // What one query may ask for; more words hardly narrow a search and cost an index look-up each.
    public const int MaxInQuery = 5;

    public static IReadOnlyList<string> Of(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsCombining(rune))
            {
                continue;
            }
            var alone = StandsAlone(rune);
            if (alone || !Rune.IsLetterOrDigit(rune))
            {
                End();
            }
            if (Rune.IsLetterOrDigit(rune))
            {
                Append(Rune.ToLowerInvariant(rune));
            }
            if (alone)
            {
                End();
            }
        }
        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        void Append(Rune rune)
        {
            if (rune.IsBmp)
            {
                word.Append(Expand((char)rune.Value));
            }
            else
            {
                word.Append(rune.ToString());
            }
        }
    }

    /// <summary>The words in one text with two blanks before each, so that "  ann" is found at the beginning of words only.</summary>
    public static string Padded(IEnumerable<string> words) => string.Concat(words.Distinct().Select(word => "  " + word)) + " ";

    private static bool IsCombining(Rune rune) => rune.Value is >= 0x300 and <= 0x36F;

    private static bool StandsAlone(Rune rune) => rune.Value is (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0x20000 and <= 0x3FFFF);

    private static string Expand(char lower) => lower switch
    {
        < 'ß' => lower.ToString(),
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => Bare(lower).ToString(),
    };

    private static char Bare(char lower) => lower switch
    {
        (>= 'à' and <= 'å') or (>= 'ā' and <= 'ą') => 'a',
        'ç' or (>= 'ć' and <= 'č') => 'c',
        'ð' or (>= 'ď' and <= 'đ') => 'd',
        (>= 'è' and <= 'ë') or (>= 'ē' and <= 'ě') => 'e',
        >= 'ĝ' and <= 'ģ' => 'g',
        >= 'ĥ' and <= 'ħ' => 'h',
        (>= 'ì' and <= 'ï') or (>= 'ĩ' and <= 'ı') => 'i',
        'ĵ' => 'j',
        >= 'ķ' and <= 'ĸ' => 'k',
        >= 'ĺ' and <= 'ł' => 'l',
        'ñ' or (>= 'ń' and <= 'ŋ') => 'n',
        (>= 'ò' and <= 'ö') or 'ø' or (>= 'ō' and <= 'ő') => 'o',
        >= 'ŕ' and <= 'ř' => 'r',
        (>= 'ś' and <= 'š') or 'ș' => 's',
        (>= 'ţ' and <= 'ŧ') or 'ț' => 't',
        (>= 'ù' and <= 'ü') or (>= 'ũ' and <= 'ų') => 'u',
        'ŵ' => 'w',
        'ý' or 'ÿ' or 'ŷ' => 'y',
        >= 'ź' and <= 'ž' => 'z',
        _ => lower,
    };
}
