using System.Collections;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tintype.Storage.Dialects;

/// <summary>
/// One of our SQL texts made ready for a dialect and a partition: <c>$posts</c> stands in its schema, and the list of <c>IN @ids</c> is
/// one parameter, so that its text, and the plan behind it, is the same for every length. For PostgreSQL parameters stand as it numbers
/// them ($1): by name Npgsql would look for them in the text, and write it anew, each time that it is sent.
/// </summary>
internal sealed partial class Statement
{
    // As many as there are texts times partitions: bounded, because texts are never made of values.
    private static readonly ConcurrentDictionary<(SqlDialect Dialect, string Schema, string Sql), Statement> Known = new();

    private readonly SqlDialect dialect;
    private readonly List<string> names;
    private readonly HashSet<string> lists;
    private readonly ConcurrentDictionary<Type, Binding[]> bindings = new();

    private Statement(SqlDialect dialect, string schema, string sql)
    {
        this.dialect = dialect;
        lists = [.. List().Matches(sql).Select(match => match.Groups["name"].Value)];
        names = [.. Name().Matches(sql).Select(match => match.Groups["name"].Value).Distinct()];
        var named = List().Replace(sql.Replace("$", schema, StringComparison.Ordinal), match => dialect.In(match.Groups["not"].Success, match.Groups["name"].Value));
        Text = dialect.IsPostgres ? Name().Replace(named, match => $"${names.IndexOf(match.Groups["name"].Value) + 1}") : named;
        Writes = !Text.AsSpan().TrimStart().StartsWith("SELECT", StringComparison.Ordinal) && !Text.AsSpan().TrimStart().StartsWith("WITH", StringComparison.Ordinal);
    }

    public string Text { get; }

    /// <summary>Whether it changes rows: everything but what begins by reading.</summary>
    public bool Writes { get; }

    public static Statement Of(SqlDialect dialect, string schema, string sql) =>
        Known.GetOrAdd((dialect, schema, sql), static key => new Statement(key.Dialect, key.Schema, key.Sql));

    /// <summary>Fills the parameters from the members of <paramref name="args"/> that the text names.</summary>
    public void Bind(Func<DbParameter> create, DbParameterCollection parameters, object? args)
    {
        if (args is null)
        {
            return;
        }
        var members = args is IReadOnlyDictionary<string, object> named
            ? [.. names.Select(name => lists.Contains(name) || named[name] is long[]
                ? new Binding(name, IsList: true, _ => named[name], ColumnTypes.Of(typeof(string)))
                : new Binding(name, IsList: false, _ => named[name], named[name] is { } known ? ColumnTypes.Of(known.GetType()) : ColumnTypes.OfNull))]
            : bindings.GetOrAdd(args.GetType(), BindingsOf);
        for (var index = 0; index < members.Length; index++)
        {
            var member = members[index];
            if (index == parameters.Count)
            {
                var made = create();
                if (!dialect.IsPostgres)
                {
                    made.ParameterName = member.Name;
                }
                if (!member.IsList || !dialect.IsPostgres)
                {
                    made.DbType = member.Column.Type;
                }
                parameters.Add(made);
            }
            var value = member.Get(args);
            parameters[index].Value = value is null ? DBNull.Value
                : !member.IsList ? member.Column.Write(value)
                : dialect.IsPostgres ? ColumnTypes.ArrayOf((IEnumerable)value)
                : JsonSerializer.Serialize<object>(ColumnTypes.ArrayOf((IEnumerable)value));
        }
    }

    private Binding[] BindingsOf(Type type) => [.. names.Select(name =>
    {
        const BindingFlags any = BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase;
        var property = type.GetProperty(name, any) ?? throw new ArgumentException($"The statement names @{name}, its arguments do not: {Text}");
        var args = Expression.Parameter(typeof(object));
        var get = Expression.Lambda<Func<object, object?>>(
            Expression.Convert(Expression.Property(Expression.Convert(args, type), property), typeof(object)), args).Compile();
        var isList = lists.Contains(name) || property.PropertyType == typeof(long[]);
        return new Binding(name, isList, get, ColumnTypes.Of(isList ? typeof(string) : property.PropertyType));
    })];

    private sealed record Binding(string Name, bool IsList, Func<object, object?> Get, ColumnTypes.Column Column);

    [GeneratedRegex(@"(?<![@\w])@(?<name>\w+)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(?<not>NOT\s+)?IN\s+@(?<name>\w+)")]
    private static partial Regex List();
}
