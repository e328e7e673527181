using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Tintype.Storage.Model;

namespace Tintype.Storage.Cache;

/// <summary>About how many bytes an object and all it refers to take, by walking its fields: for samples, not for every object.</summary>
internal static class ObjectSize
{
    private const int Header = 16;
    private const int Alignment = 8;

    // Enough for any value worth caching; a walk that strays into the whole program ends here.
    private const int MostObjects = 20_000;

    private static readonly ConcurrentDictionary<Type, (int Own, FieldInfo[] References)> Shapes = new();

    public static long Of(object? root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>();
        Push(root);
        var bytes = 0L;
        while (open.TryPop(out var next))
        {
            bytes += SizeOf(next);
        }
        return bytes;

        void Push(object? one)
        {
            if (one is not null and not Type and not Delegate && seen.Count < MostObjects && seen.Add(one))
            {
                open.Push(one);
            }
        }

        long SizeOf(object one)
        {
            if (one is string text)
            {
                return Aligned(Header + 6 + 2L * text.Length);
            }
            if (one is Array array)
            {
                var item = array.GetType().GetElementType()!;
                foreach (var each in item.IsPrimitive ? Array.Empty<object>() : array)
                {
                    Push(item.IsValueType ? null : each);
                }
                return Aligned(Header + 8 + (long)array.Length * InPlace(item));
            }
            var (own, references) = Shapes.GetOrAdd(one.GetType(), ShapeOf);
            foreach (var field in references)
            {
                Push(field.GetValue(one));
            }
            return own;
        }
    }

    private static (int, FieldInfo[]) ShapeOf(Type type)
    {
        var fields = new List<FieldInfo>();
        for (var level = type; level is not null; level = level.BaseType)
        {
            fields.AddRange(level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
        }
        return ((int)Aligned(Header + fields.Sum(field => InPlace(field.FieldType))), [.. fields.Where(field => !field.FieldType.IsValueType && !field.IsDefined(typeof(DerivedAttribute)))]);
    }

    private static int InPlace(Type type) => type.IsValueType ? Math.Max(1, (int)typeof(ObjectSize).GetMethod(nameof(Unboxed), BindingFlags.Static | BindingFlags.NonPublic)!
        .MakeGenericMethod(type).Invoke(null, null)!) : IntPtr.Size;

    private static int Unboxed<T>() => Unsafe.SizeOf<T>();

    private static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
