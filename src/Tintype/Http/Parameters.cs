using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Tintype.Http;

/// <summary>
/// The parameters of a write, merged from query, form, multipart and JSON, as real clients send them in any mixture. Arrays come as
/// ids[]=, ids[0]= or a JSON array; all read the same here.
/// </summary>
internal sealed class Parameters
{
    private const int MaxJsonDepth = 8;
    private readonly Dictionary<string, List<string>> values = new(StringComparer.Ordinal);

    /// <summary>Files of a multipart body; empty for every other.</summary>
    public IFormFileCollection Files { get; private set; } = new FormFileCollection();

    public static async ValueTask<Parameters> BindAsync(HttpContext context)
    {
        var result = new Parameters();
        foreach (var (key, texts) in context.Request.Query)
        {
            result.Add(key, texts!);
        }
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            foreach (var (key, texts) in form)
            {
                result.Add(key, texts!);
            }
            result.Files = form.Files;
        }
        else if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && context.Request.HasJsonContentType())
        {
            await result.AddJsonAsync(context);
        }
        return result;
    }

    /// <summary>The text, trimmed of nothing; null when absent.</summary>
    public string? Text(string name) => values.TryGetValue(name, out var found) ? found[^1] : null;

    /// <summary>Every form of yes and no that clients send; <paramref name="absent"/> when missing or unreadable.</summary>
    public bool Flag(string name, bool absent = false) => Text(name)?.ToLowerInvariant() switch
    {
        "true" or "1" or "on" or "yes" or "t" => true,
        "false" or "0" or "off" or "no" or "f" => false,
        _ => absent,
    };

    public IReadOnlyList<string> List(string name) => values.TryGetValue(name, out var found) ? found : [];

    public bool Has(string name) => values.ContainsKey(name);

    public double? Number(string name) =>
        double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>Items of name[0][part], in order: fields_attributes of a profile.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Items(string name) =>
        [.. values.Where(pair => pair.Key.StartsWith(name + "[", StringComparison.Ordinal))
            .Select(pair => (Parts: pair.Key[(name.Length + 1)..].TrimEnd(']').Split("]["), pair.Value))
            .Where(pair => pair.Parts.Length == 2)
            .GroupBy(pair => pair.Parts[0])
            .OrderBy(group => int.TryParse(group.Key, out var index) ? index : int.MaxValue)
            .Select(group => group.ToDictionary(pair => pair.Parts[1], pair => pair.Value[^1]))];

    private void Add(string key, IEnumerable<string?> texts)
    {
        // ids[] and ids[0] are ids; a[0][b] keeps its brackets for Items.
        var open = key.IndexOf('[', StringComparison.Ordinal);
        var name = open > 0 && key.EndsWith(']') && key.IndexOf('[', open + 1) < 0 && key[(open + 1)..^1].All(char.IsAsciiDigit) ? key[..open] : key;
        if (!values.TryGetValue(name, out var list))
        {
            values[name] = list = [];
        }
        list.AddRange(texts.Where(text => text is not null)!);
        if (list.Count == 0)
        {
            values.Remove(name);
        }
    }

    private async Task AddJsonAsync(HttpContext context)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = MaxJsonDepth }, context.RequestAborted);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in json.RootElement.EnumerateObject())
                {
                    AddJson(member.Name, member.Value);
                }
            }
        }
        catch (JsonException wrong)
        {
            throw new BadHttpRequestException($"The body is not valid JSON: {wrong.Message}", 400);
        }
    }

    private void AddJson(string name, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    AddJson($"{name}[{member.Name}]", member.Value);
                }
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    AddJson(item.ValueKind == JsonValueKind.Object ? $"{name}[{index++}]" : name, item);
                }
                break;
            case JsonValueKind.String:
                Add(name, [element.GetString()]);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            default:
                Add(name, [element.GetRawText()]);
                break;
        }
    }
}
