namespace Tintype.Friends;

/// <summary>
/// How well a name fits what was typed, over folded words: 0 is the very name, then names that begin so, then names misspelled by a
/// letter or two. Candidates come from an index of trigrams, which knows likeness only roughly; this is the judge.
/// </summary>
/// <remarks>
/// Edits are insertion, deletion, substitution and swapping two neighbours (optimal string alignment; Damerau 1964 found these four to
/// be 80 % of misspellings). Departure: what was typed is compared with beginnings of words, since people are still typing.
/// </remarks>
internal static class NameLikeness
{
    private const int VeryName = 0;
    private const int NameBegins = 1;
    private const int WordsBegin = 2;

    /// <summary>The less the liker; null when not alike.</summary>
    /// <param name="typed">Folded words of the query.</param>
    /// <param name="name">What counts as the very name (a username), folded, without blanks.</param>
    /// <param name="words">Padded words of all names.</param>
    public static int? Of(IReadOnlyList<string> typed, string name, string words)
    {
        var whole = string.Concat(typed);
        if (name == whole)
        {
            return VeryName;
        }
        if (name.StartsWith(whole, StringComparison.Ordinal))
        {
            return NameBegins;
        }
        var named = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var edits = 0;
        foreach (var word in typed)
        {
            var least = named.Min(one => EditsToBeginning(word, one));
            if (least > Forgiven(word.Length))
            {
                return null;
            }
            edits += least;
        }
        return WordsBegin + edits;
    }

    /// <summary>How many edits a word of that length may be away: in short words every letter matters.</summary>
    private static int Forgiven(int length) => length switch { < 4 => 0, < 8 => 1, _ => 2 };

    /// <summary>The fewest edits from <paramref name="typed"/> to any beginning of <paramref name="word"/>.</summary>
    private static int EditsToBeginning(string typed, string word)
    {
        // Three rows of the usual table; rows stand for letters typed, columns for letters of the word.
        var (before, last, now) = (new int[word.Length + 1], new int[word.Length + 1], new int[word.Length + 1]);
        for (var column = 0; column <= word.Length; column++)
        {
            last[column] = column;
        }
        for (var row = 1; row <= typed.Length; row++)
        {
            now[0] = row;
            for (var column = 1; column <= word.Length; column++)
            {
                var same = typed[row - 1] == word[column - 1];
                now[column] = Math.Min(Math.Min(last[column], now[column - 1]) + 1, last[column - 1] + (same ? 0 : 1));
                if (row > 1 && column > 1 && typed[row - 1] == word[column - 2] && typed[row - 2] == word[column - 1])
                {
                    now[column] = Math.Min(now[column], before[column - 2] + 1);
                }
            }
            (before, last, now) = (last, now, before);
        }
        return last.Min();
    }
}
