using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Tintype.Http.OpenApi;

/// <summary>What one endpoint of the client API is for: a line of endpoints.txt.</summary>
/// <param name="Scope">What a token needs; "-" for no token at all, "app" for a token of an app.</param>
/// <param name="Parameters">In the query of reads, in the body of writes.</param>
/// <param name="Answer">The class of the JSON in the answer; null for an empty object or one that is not described further.</param>
internal sealed record ApiLine(string Method, string Path, string Group, string Summary, string Scope, IReadOnlyList<ApiParameter> Parameters, Type? Answer, bool IsList);

internal sealed record ApiParameter(string Name, bool IsRequired)
{
    public bool IsFile => Name is "file" or "avatar";
}

/// <summary>
/// The client API in words. Endpoints bind leniently (query, form, multipart, JSON, in any mixture), so what they take cannot be read off
/// their signatures; it stands in endpoints.txt, and a spec holds that against the routes.
/// </summary>
internal static partial class ApiCatalogue
{
    /// <summary>In the order in which they are to be read.</summary>
    public static readonly IReadOnlyList<ApiLine> All = [.. Load()];

    public static readonly FrozenDictionary<(string Method, string Path), ApiLine> Lines = All.ToFrozenDictionary(line => (line.Method, line.Path));

    /// <summary>A route's pattern without constraints and trailing slash: {id:long:min(1)} is {id}.</summary>
    public static string Normal(string path) => Constraint().Replace("/" + path.Trim('/'), "{$1}");

    private static IEnumerable<ApiLine> Load()
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("endpoints.txt")!);
        var group = "";
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                group = line.TrimStart('#', ' ');
            }
            else if (line.Length > 0)
            {
                yield return Parse(line, group);
            }
        }
    }

    private static ApiLine Parse(string line, string group)
    {
        if (line.Split('|', StringSplitOptions.TrimEntries) is not [var route, var scope, var parameters, var answer, var summary] || route.Split(' ') is not [var method, var path])
        {
            throw new FormatException($"endpoints.txt: '{line}' is not METHOD path | scope | parameters | answer | summary");
        }
        var isList = answer.EndsWith("[]", StringComparison.Ordinal);
        return new ApiLine(
            method, path, group, summary, scope,
            [.. parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new ApiParameter(name.TrimEnd('*'), name.EndsWith('*')))],
            Entity(isList ? answer[..^2] : answer), isList);
    }

    // By name, for the classes belong to slices, of which this knows none.
    private static Type? Entity(string name) => name is "" or "{}" ? null
        : Assembly.GetExecutingAssembly().GetTypes().SingleOrDefault(type => type.Name == $"{name}Entity")
            ?? throw new FormatException($"endpoints.txt: there is no {name}Entity");

    [GeneratedRegex("""\{\*{0,2}([A-Za-z_]+)[^}]*\}""")]
    private static partial Regex Constraint();
}
