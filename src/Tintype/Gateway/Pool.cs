using System.Text.Json;

namespace Tintype.Gateway;

/// <summary>The instances that answer for one role.</summary>
/// <param name="Role">The role's name, which is the pool's.</param>
/// <param name="Instances">Addresses such as http://10.0.0.7:5080.</param>
/// <param name="TimeoutSeconds">How long nothing may come from an instance; null for the setting.</param>
/// <param name="MostRequests">At once; null for the setting.</param>
internal sealed record Pool(string Role, IReadOnlyList<string> Instances, double? TimeoutSeconds = null, int? MostRequests = null)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>
    /// Reads {"feed": ["http://10.0.0.7:5080"], "profile,friends": {"instances": [...], "timeoutSeconds": 20, "mostRequests": 500}}.
    /// </summary>
    /// <param name="roles">Those that have routes.</param>
    /// <exception cref="PoolException">It is not such a text; the message says where.</exception>
    public static IReadOnlyList<Pool> Read(string json, IReadOnlyCollection<string> roles)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Lenient);
        }
        catch (JsonException wrong)
        {
            throw new PoolException($"it is not JSON: {wrong.Message}");
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new PoolException("it is not an object of pools by role.");
            }
            return Distinct([.. document.RootElement.EnumerateObject().SelectMany(entry => Of(entry.Name, entry.Value)).Select(pool => Checked(pool, roles))]);
        }
    }

    /// <summary>The same from settings: addresses separated by commas, by role.</summary>
    /// <exception cref="PoolException">One is no address, or its role none.</exception>
    public static IReadOnlyList<Pool> Of(IReadOnlyDictionary<string, string> addresses, IReadOnlyCollection<string> roles) =>
        Distinct([.. addresses.SelectMany(entry => Names(entry.Key).Select(role => Checked(new Pool(role, Names(entry.Value)), roles)))]);

    private static IEnumerable<Pool> Of(string names, JsonElement value)
    {
        var isList = value.ValueKind == JsonValueKind.Array;
        if (!isList && value.ValueKind != JsonValueKind.Object)
        {
            throw new PoolException($"'{names}' is neither a list of addresses nor an object with one.");
        }
        var instances = isList ? Addresses(names, value) : null;
        double? timeout = null;
        int? most = null;
        foreach (var knob in isList ? [] : value.EnumerateObject().AsEnumerable())
        {
            switch (knob.Name)
            {
                case "instances":
                    instances = Addresses(names, knob.Value);
                    break;
                case "timeoutSeconds" when knob.Value.ValueKind == JsonValueKind.Number && knob.Value.GetDouble() is > 0 and <= 86_400 and var seconds:
                    timeout = seconds;
                    break;
                case "mostRequests" when knob.Value.ValueKind == JsonValueKind.Number && knob.Value.TryGetInt32(out var number) && number > 0:
                    most = number;
                    break;
                default:
                    throw new PoolException($"'{knob.Name}' of '{names}' makes no sense: an entry has instances, timeoutSeconds (above 0) and mostRequests (from 1).");
            }
        }
        return Names(names).Select(role => new Pool(role, instances ?? throw new PoolException($"'{names}' has no instances."), timeout, most));
    }

    private static string[] Addresses(string names, JsonElement list) => list.ValueKind != JsonValueKind.Array
        ? throw new PoolException($"the instances of '{names}' are not a list.")
        : [.. list.EnumerateArray().Select(address => address.ValueKind == JsonValueKind.String ? address.GetString()! : throw new PoolException($"an address of '{names}' is not text."))];

    private static Pool Checked(Pool pool, IReadOnlyCollection<string> roles)
    {
        if (!roles.Contains(pool.Role))
        {
            throw new PoolException($"'{pool.Role}' is not a role that answers requests. These do: {string.Join(", ", roles)}.");
        }
        foreach (var address in pool.Instances)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/")
            {
                throw new PoolException($"'{address}' of '{pool.Role}' is not an address such as http://10.0.0.7:5080.");
            }
        }
        return pool with { Instances = [.. pool.Instances.Select(address => address.TrimEnd('/')).Distinct()] };
    }

    private static List<Pool> Distinct(List<Pool> pools) =>
        pools.GroupBy(pool => pool.Role).FirstOrDefault(group => group.Count() > 1) is { } twice ? throw new PoolException($"'{twice.Key}' stands there twice.") : pools;

    private static string[] Names(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Pools that cannot be used; the message says why.</summary>
internal sealed class PoolException(string message) : Exception(message);
