using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using Tintype.Storage.Model;

namespace Tintype.Storage.Dialects;

/// <summary>
/// How our types stand in columns: ids, instants (unix ms), enums and yes/no as bigint; texts, numbers and bytes as themselves;
/// small lists and records as JSON text. Dapper reads rows by the same rules.
/// </summary>
internal static class ColumnTypes
{
    internal sealed record Column(DbType Type, Func<object, object> Write);

    private static readonly ConcurrentDictionary<Type, Column> Columns = new();

    static ColumnTypes()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        Plain<long>(DbType.Int64, value => value);
        Plain<int>(DbType.Int64, value => (long)value);
        Plain<short>(DbType.Int64, value => (long)value);
        Plain<bool>(DbType.Int64, value => value ? 1L : 0L);
        Plain<double>(DbType.Double, value => value);
        Plain<string>(DbType.String, value => value);
        Plain<byte[]>(DbType.Binary, value => value);
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        Ours<DateTimeOffset>(DbType.Int64, value => value.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds((long)value));
        Id<Account>();
        Id<Post>();
        Id<Photo>();
        Id<ClientApp>();
        Id<AccessToken>();
        Id<Notification>();
        Id<OutboxRow>();
        Json<Place>();
        Json<IReadOnlyList<ProfileField>>();
        Json<IReadOnlyList<AccountId>>();
        Json<IReadOnlyList<Mention>>();
    }

    /// <summary>Makes Dapper know our types; done once, before the first row is read.</summary>
    public static void Register() => RuntimeHelpers.RunClassConstructor(typeof(ColumnTypes).TypeHandle);

    /// <summary>A null of which no more is known: the server sees by its place what it is.</summary>
    public static readonly Column OfNull = new(DbType.Object, value => value);

    /// <summary>How values of a type are written; for Nullable&lt;T&gt; as for T.</summary>
    public static Column Of(Type type) => Columns.GetOrAdd(Nullable.GetUnderlyingType(type) ?? type, static plain =>
        plain.IsEnum
            ? new Column(DbType.Int64, value => Convert.ToInt64(value, null))
            : throw new NotSupportedException($"{plain} has no column type: give it one in ColumnTypes, or pass what stands in the column."));

    /// <summary>A list as one value, for IN: numbers or texts.</summary>
    public static Array ArrayOf(System.Collections.IEnumerable list)
    {
        var element = list.GetType().GetInterfaces().Append(list.GetType())
            .First(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>)).GenericTypeArguments[0];
        var column = Of(element);
        var values = list.Cast<object>().Select(column.Write);
        return column.Type == DbType.Int64 ? values.Cast<long>().ToArray() : values.Cast<string>().ToArray();
    }

    private static void Plain<T>(DbType type, Func<T, object> write) => Columns[typeof(T)] = new Column(type, value => write((T)value));

    private static void Ours<T>(DbType type, Func<T, object> write, Func<object, T> read)
    {
        Plain(type, write);
        SqlMapper.AddTypeHandler(new Reading<T>(read));
    }

    private static void Id<TKind>() => Ours<Id<TKind>>(DbType.Int64, id => id.Value, value => new((long)value));

    private static void Json<T>() => Ours<T>(DbType.String, value => JsonSerializer.Serialize(value), value => JsonSerializer.Deserialize<T>((string)value)!);

    /// <summary>Dapper reads through this; parameters are written by <see cref="Statement"/>, never by Dapper.</summary>
    private sealed class Reading<T>(Func<object, T> read) : SqlMapper.TypeHandler<T>
    {
        public override T Parse(object value) => read(value);

        [DoesNotReturn]
        public override void SetValue(IDbDataParameter parameter, T? value) => throw new NotSupportedException("Statement binds parameters");
    }
}
