using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Tintype.Specs.Deploy;

/// <summary>A YAML document, walked by path: <c>["spec.template.metadata"]</c>; what is not there is empty.</summary>
internal sealed class Yaml(object? node)
{
    public string Text => node as string ?? "";

    public bool IsThere => node is not null;

    public IEnumerable<Yaml> Items => node is IEnumerable<object> list ? list.Select(item => new Yaml(item)) : [];

    public IReadOnlyDictionary<string, Yaml> Map => Entries.ToDictionary(entry => entry.Key, entry => entry.Value);

    public IEnumerable<KeyValuePair<string, Yaml>> Entries =>
        node is IDictionary<object, object?> map ? map.Select(entry => KeyValuePair.Create((string)entry.Key, new Yaml(entry.Value))) : [];

    public Yaml this[string path] => path.Split('.').Aggregate(this, (at, name) => at.Map.TryGetValue(name, out var found) ? found : new Yaml(null));

    /// <summary>All documents of a text, merge keys (&lt;&lt;) applied.</summary>
    public static IReadOnlyList<Yaml> Read(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var reader = new DeserializerBuilder().Build();
        var documents = new List<Yaml>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            documents.Add(new Yaml(reader.Deserialize<object>(parser)));
        }
        return documents;
    }
}
