namespace Tintype.Storage.Model;

/// <summary>A page of a list that is ordered by a rising number: newest first below a bound, or the page just above one.</summary>
/// <param name="Below">Exclusive upper bound.</param>
/// <param name="Above">Exclusive lower bound.</param>
/// <param name="Upwards">True for the page nearest to <paramref name="Above"/>; still answered newest first.</param>
public sealed record IdRange(long Below, long Above, bool Upwards, int Limit)
{
    /// <summary>The newest <paramref name="limit"/> below <paramref name="maxId"/>; 0 is no bound.</summary>
    public static IdRange Newest(int limit, long maxId = 0) => new(maxId > 0 ? maxId : long.MaxValue, 0, false, limit);

    /// <summary>For SQL behind ORDER BY.</summary>
    internal string Direction => Upwards ? "ASC" : "DESC";

    /// <summary>For SQL behind LIMIT: one more than asked tells whether there is a next page.</summary>
    internal int Take => Limit + 1;

    /// <summary>Rows as SQL gave them, newest first whichever way they were read.</summary>
    internal IReadOnlyList<T> NewestFirst<T>(IReadOnlyList<T> rows) => Upwards ? [.. rows.Reverse()] : rows;

    /// <summary>Turns what SQL gave into the page.</summary>
    internal RowPage<T> PageOf<T>(IReadOnlyList<T> rows)
    {
        var page = rows.Take(Limit);
        return new RowPage<T>([.. Upwards ? page.Reverse() : page], Upwards ? rows.Count > 0 : rows.Count > Limit);
    }
}

/// <summary>A page of rows, newest first.</summary>
/// <param name="More">Whether older ones follow. Above a bound they always do: the bound itself was one.</param>
public sealed record RowPage<T>(IReadOnlyList<T> Items, bool More);
