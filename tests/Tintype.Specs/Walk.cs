using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Tintype.Specs;

/// <summary>Walks a list of the client API to its end, as clients do: by the Link header alone.</summary>
internal static partial class Walk
{
    private const int MostPages = 200;

    /// <returns>The ids on all pages, in order.</returns>
    public static async Task<IReadOnlyList<string>> ThroughAsync(PersonInWorld person, string path)
    {
        var ids = new List<string>();
        string? next = path;
        for (var pages = 0; next is not null; pages++)
        {
            Assert.True(pages < MostPages, $"{path} never ends");
            using var response = await person.Http.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            ids.AddRange(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            var link = response.Headers.TryGetValues("Link", out var values) ? string.Join(",", values) : "";
            next = Next().Match(link) is { Success: true } match ? match.Groups[1].Value : null;
        }
        return ids;
    }

    [GeneratedRegex("<([^>]+)>; rel=\"next\"")]
    private static partial Regex Next();
}
