using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Tintype.Storage.Shards;
using Xunit;

namespace Tintype.Specs.Architecture;

/// <summary>The compiled house and its sources, for specs that hold it to its rules.</summary>
internal static class House
{
    private static readonly Lazy<ArchUnitNET.Domain.Architecture> Compiled = new(() =>
        new ArchLoader().LoadAssemblies(typeof(Roles).Assembly, typeof(ShardMap).Assembly).Build());

    /// <summary>The folder that holds Tintype.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every type of ours that mentions another type, ours or not.</summary>
    public static IEnumerable<(IType From, IType To)> Mentions =>
        Compiled.Value.Types.Where(type => type.FullName.StartsWith("Tintype.", StringComparison.Ordinal))
            .SelectMany(type => type.Dependencies.Select(mention => mention.Target).Distinct().Select(target => (type, target)));

    /// <summary>Paths under src, with forward slashes, relative to the root.</summary>
    public static IEnumerable<string> Sources(string pattern = "*.cs") =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool IsIn(this IType type, string space) =>
        type.Namespace?.FullName is { } name && (name == space || name.StartsWith(space + ".", StringComparison.Ordinal));

    /// <summary>Fails with the rule, its reason, and every place that breaks it.</summary>
    public static void Hold(string rule, IEnumerable<string> breaks)
    {
        var places = breaks.Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(places.Count == 0, $"{rule}\nBroken by:\n  {string.Join("\n  ", places)}");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tintype.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("these specs run inside the repository");
        }
        return folder.FullName;
    }
}
