using Tintype.Storage.Model;

namespace Tintype.Storage.Dialects;

/// <summary>
/// Many rows of one table, a column at a time: millions of rows cost a few arrays at once, and not an object for every value. Values stand
/// as they do in columns: numbers (also ids, instants, yes and no), texts, bytes.
/// </summary>
/// <param name="rows">How many; every array has as many values.</param>
public sealed class RowBlock(int rows)
{
    private readonly List<Column> columns = [];

    public int Rows => rows;

    internal IReadOnlyList<Column> Columns => columns;

    /// <param name="Values">One for each row: long[], string[] (null is NULL) or byte[][]; null when <paramref name="Same"/> stands in every row.</param>
    internal sealed record Column(string Name, Array? Values, object? Same);

    public RowBlock With(string column, long[] values) => Add(column, values);

    public RowBlock With(string column, string?[] values) => Add(column, values);

    public RowBlock With(string column, byte[][] values) => Add(column, values);

    public RowBlock With<TKind>(string column, Id<TKind>[] values) => Add(column, values.Values());

    /// <summary>The same value in every row: a number, a text, a real, or what a column of ours is made of.</summary>
    public RowBlock WithSame(string column, object value)
    {
        columns.Add(new(column, null, ColumnTypes.Of(value.GetType()).Write(value)));
        return this;
    }

    private RowBlock Add(string column, Array values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, rows);
        columns.Add(new(column, values, null));
        return this;
    }
}
