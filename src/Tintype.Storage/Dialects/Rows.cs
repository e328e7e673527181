using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Tintype.Storage.Dialects;

/// <summary>Rows of a reader as objects of ours.</summary>
internal static class Rows
{
    static Rows() => ColumnTypes.Register();

    /// <param name="most">Rows read at most.</param>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(DbDataReader reader, int most, CancellationToken cancel)
    {
        var rows = new List<T>();
        if (await reader.ReadAsync(cancel))
        {
            var parse = reader.GetRowParser(typeof(T));
            do
            {
                rows.Add(As<T>(parse(reader)));
            }
            while (rows.Count < most && await reader.ReadAsync(cancel));
        }
        return rows;
    }

    private static T As<T>(object? value) => value switch
    {
        T fits => fits,
        null => default!,
        _ => (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture),
    };
}
