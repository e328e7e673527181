using System.Text.RegularExpressions;
using Tintype.Storage.Shards;
using Xunit;

namespace Tintype.Specs.Architecture;

/// <summary>Rules that are seen in the text.</summary>
public sealed partial class SourceSpecs
{
    private static readonly Lazy<string[]> Specs = new(() =>
        [.. Directory.EnumerateFiles(Path.Combine(House.Root, "tests"), "*Specs.cs", SearchOption.AllDirectories).Where(file => !file.Contains("Architecture", StringComparison.Ordinal)).Select(File.ReadAllText)]);

    /// <summary>Files over 500 lines, each with the reason why it is one thing.</summary>
    private static readonly Dictionary<string, string> Long = [];

    /// <summary>Interfaces with one implementation in this assembly, each with the reason why there is another one.</summary>
    private static readonly Dictionary<string, string> OneFold = new()
    {
        ["IGivenUpJob"] = "what a job does besides when it is buried; most have nothing to do",
        ["IJobPayload"] = "a payload is any record that names its kind and lane",
    };

    [Fact]
    public void SQL_stands_in_Tables_and_Migrations_only() => House.Hold(
        "SQL stands only in Tables/ and Migrations/: one text for both databases, with a contract spec beside it. Give the table class a method.",
        House.Sources().Where(file => !file.StartsWith("src/Tintype.Storage/Tables/", StringComparison.Ordinal) && !file.StartsWith("src/Tintype.Storage/Migrations/", StringComparison.Ordinal))
            .SelectMany(file => (file.StartsWith("src/Tintype.Storage/Dialects/", StringComparison.Ordinal) ? OurTables() : Sql()).Matches(Code(file)).Select(match => $"{file}: {match.Value}")));

    [Fact]
    public void A_query_of_all_shards_says_so_in_its_name() => House.Hold(
        "What visits every shard costs more with every shard: its name ends in FromAllShards, so that whoever calls it knows.",
        House.Sources().Where(file => file.StartsWith("src/Tintype.Storage/Tables/", StringComparison.Ordinal)).SelectMany(file =>
        {
            var text = House.Read(file);
            return AllShards().Matches(text).Select(match => Member().Matches(text[..match.Index]).LastOrDefault()?.Groups["name"].Value ?? "")
                .Where(member => !member.Contains("FromAllShards", StringComparison.Ordinal)).Select(member => $"{file}: {member}");
        }));

    [Fact]
    public void Only_the_map_asks_which_role_runs() => House.Hold(
        "A role decides what is mapped, not what is linked: only Program, TintypeApp, Roles and the commands look at Settings.Roles.",
        House.Sources().Where(file => file.StartsWith("src/Tintype/", StringComparison.Ordinal)
                && !file.StartsWith("src/Tintype/Commands/", StringComparison.Ordinal)
                && file is not ("src/Tintype/Program.cs" or "src/Tintype/TintypeApp.cs" or "src/Tintype/Roles.cs" or "src/Tintype/Settings.cs"))
            .Where(file => AsksRole().IsMatch(Code(file))));

    [Fact]
    public void Every_rule_has_a_truth_table() => House.Hold(
        "A rule has one owner, and the owner specs that list its cases: some spec must mention each XxxRules.",
        House.Sources("*Rules.cs").Select(rules => Path.GetFileNameWithoutExtension(rules))
            .Where(rules => !Specs.Value.Any(spec => spec.Contains(rules, StringComparison.Ordinal))));

    [Fact]
    public void An_interface_has_two_implementations()
    {
        var types = new[] { typeof(Roles).Assembly, typeof(ShardMap).Assembly }.SelectMany(assembly => assembly.GetTypes()).ToList();
        House.Hold(
            "An interface stands only where two real implementations ship. Use the class, or say here why there is another one.",
            types.Where(type => type.IsInterface && type.Namespace?.StartsWith("Tintype", StringComparison.Ordinal) == true && !OneFold.ContainsKey(type.Name.Split('`')[0]))
                .Where(face => types.Count(type => type.IsClass && type.GetInterfaces().Any(one => (one.IsGenericType ? one.GetGenericTypeDefinition() : one) == face)) < 2)
                .Select(face => face.FullName!));
    }

    [Fact]
    public void Names_say_what_a_thing_is() => House.Hold(
        "Manager, Helper, Util, Service, Base and Impl say nothing, and folders named Common, Core or Misc gather everything. Name it after what it does.",
        House.Sources().Where(file => EmptyWord().IsMatch(Path.GetFileNameWithoutExtension(file)) || Attic().IsMatch(file)));

    [Fact]
    public void Nothing_is_swallowed() => House.Hold(
        "An empty catch hides the fault of tomorrow. Handle it, or say in a comment why nothing has to be done.",
        House.Sources().Where(file => EmptyCatch().IsMatch(House.Read(file))));

    [Fact]
    public void Files_stay_readable() => House.Hold(
        "Past 500 lines a file is more than one thing, or has a reason that stands in this spec. Split it along its concepts.",
        House.Sources().Concat(House.Sources("*.razor")).Where(file => House.Read(file).AsSpan().Count('\n') > 500 && !Long.ContainsKey(file)));

    [Fact]
    public void Program_is_a_table_of_contents() =>
        Assert.True(House.Read("src/Tintype/Program.cs").AsSpan().Count('\n') <= 40, "Program.cs: settings, storage, roles, run; at most 40 lines");

    [Fact]
    public void Tables_take_typed_ids() => House.Hold(
        "Ids are types, never a bare long: an AccountId cannot be passed for a PostId, and knows its shard.",
        typeof(ShardMap).Assembly.GetTypes().Where(type => type.Name.EndsWith("Table", StringComparison.Ordinal))
            .SelectMany(type => type.GetMethods().Where(method => method.DeclaringType == type))
            .SelectMany(method => method.GetParameters()
                .Where(parameter => parameter.ParameterType == typeof(long) && parameter.Name is "id" or { } and ("account" or "post" or "photo" or "viewer"))
                .Select(parameter => $"{method.DeclaringType!.Name}.{method.Name}({parameter.Name})")));

    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/course.md")]
    [InlineData("docs/storage.md")]
    [InlineData("docs/sharding.md")]
    [InlineData("docs/jobs.md")]
    [InlineData("docs/gateway.md")]
    public void Pages_name_only_what_exists(string page) => House.Hold(
        $"{page} names a path that is not there: a map that lies is worse than none.",
        Paths().Matches(House.Read(page)).Select(match => match.Groups["path"].Value.TrimEnd('/'))
            .Where(path => path.Contains('/', StringComparison.Ordinal) && !path.Contains('*', StringComparison.Ordinal) && IsOurs(path))
            .Where(path => !Path.Exists(Path.Combine(House.Root, path)) && !Path.Exists(Path.Combine(House.Root, Path.GetDirectoryName(page)!, path))));

    private static bool IsOurs(string path) => path.Split('/')[0] is "src" or "tests" or "docs" or "bench" or "deploy" or ".ci" or "decisions";

    /// <summary>A file without its comments.</summary>
    private static string Code(string file) => Comment().Replace(House.Read(file), "");

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bSELECT\b[^;""]{1,200}\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \$?[a-z_]+ SET\b|\bCREATE (TABLE|INDEX)\b")]
    private static partial Regex Sql();

    [GeneratedRegex(@"\b(FROM|INTO|UPDATE) \$[a-z_]+")]
    private static partial Regex OurTables();

    [GeneratedRegex(@"ReadFromAllShardsAsync\(|\.PartitionsOf\(")]
    private static partial Regex AllShards();

    [GeneratedRegex(@"(public|internal|private|protected)[^\n(=;]*?\s(?<name>\w+)(<[^>\n]+>)?\(")]
    private static partial Regex Member();

    [GeneratedRegex(@"[sS]ettings\.Roles\b|Roles\.Chosen")]
    private static partial Regex AsksRole();

    [GeneratedRegex("(Manager|Helpers?|Utils?|Service|Base|Impl)$")]
    private static partial Regex EmptyWord();

    [GeneratedRegex("/(Common|Core|Misc|Utils?|Helpers|Shared)/")]
    private static partial Regex Attic();

    [GeneratedRegex(@"catch\s*(\([^)]*\)\s*)?\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"(?:`|\]\()(?<path>[\w.][\w./*-]*)(?:`|\)|:)")]
    private static partial Regex Paths();
}
