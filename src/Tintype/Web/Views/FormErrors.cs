namespace Tintype.Web.Views;

/// <summary>What was wrong with a form, for each field by its name; the key "" is about the form as a whole.</summary>
public sealed record FormErrors(IReadOnlyDictionary<string, string> ByField)
{
    public static readonly FormErrors None = new(new Dictionary<string, string>());

    public static FormErrors Of(string field, string message) => new(new Dictionary<string, string> { [field] = message });

    public bool Any => ByField.Count > 0;

    public string? this[string field] => ByField.GetValueOrDefault(field);
}
