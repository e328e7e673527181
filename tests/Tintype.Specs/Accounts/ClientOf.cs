using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Tintype.Specs.Accounts;

/// <summary>An app that registered itself, and what it does over OAuth.</summary>
internal sealed partial record ClientOf(World World, string Id, string Secret)
{
    public const string OutOfBand = "urn:ietf:wg:oauth:2.0:oob";
    public const string Callback = "https://app.example/callback";

    public static async Task<ClientOf> RegisterAsync(World world, string scopes = "read write follow push")
    {
        using var answer = await world.Stranger.PostAsJsonAsync("/api/v1/apps", new { client_name = "An app", redirect_uris = new[] { OutOfBand, Callback }, scopes });
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.IsSuccessStatusCode, json.ToString());
        return new ClientOf(world, json.GetProperty("client_id").GetString()!, json.GetProperty("client_secret").GetString()!);
    }

    public string AuthorizeUrl(string redirect = OutOfBand, string scope = "read write", string more = "") =>
        $"/oauth/authorize?response_type=code&client_id={Id}&redirect_uri={Uri.EscapeDataString(redirect)}&scope={Uri.EscapeDataString(scope)}{more}";

    /// <summary>The code a person hands the app after allowing it.</summary>
    public async Task<string> CodeAsync(Visitor person, string scope = "read write", string? challenge = null)
    {
        var answer = await DecideAsync(person, "approve", OutOfBand, scope, challenge);
        return Code().Match(answer.Text).Groups[1].Value;
    }

    public Task<(HttpStatusCode Status, string Text, string? Location)> DecideAsync(Visitor person, string decision, string redirect, string scope = "read write", string? challenge = null) =>
        person.SendAsync(AuthorizeUrl(redirect, scope), "/oauth/authorize",
        [
            ("response_type", "code"), ("client_id", Id), ("redirect_uri", redirect), ("scope", scope), ("state", "x y"), ("decision", decision),
            .. challenge is null ? [] : new[] { ("code_challenge", challenge), ("code_challenge_method", "S256") },
        ]);

    public async Task<(HttpStatusCode Status, JsonElement Json)> RedeemAsync(string code, string? verifier = null, string redirect = OutOfBand) =>
        await TokenAsync(
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
            .. verifier is null ? [] : new[] { ("code_verifier", verifier) },
        ]);

    public Task<(HttpStatusCode Status, JsonElement Json)> TokenAsync(params (string, string)[] fields) => PostAsync("/oauth/token", fields);

    public Task<(HttpStatusCode Status, JsonElement Json)> RevokeAsync(string token) => PostAsync("/oauth/revoke", [("token", token)]);

    /// <summary>A token of the app alone.</summary>
    public async Task<string> OwnTokenAsync() =>
        (await TokenAsync(("grant_type", "client_credentials"), ("scope", "read write"))).Json.GetProperty("access_token").GetString()!;

    /// <summary>A token of a person who allows this app.</summary>
    public async Task<string> TokenOfAsync(Visitor person, string scope = "read write") =>
        (await RedeemAsync(await CodeAsync(person, scope))).Json.GetProperty("access_token").GetString()!;

    public async Task<(HttpStatusCode Status, JsonElement Json)> SignUpAsync(string username, string? email = null, string password = Visitor.Password, object? agreement = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/accounts")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", await OwnTokenAsync()) },
            Content = JsonContent.Create(new { username, email = email ?? $"{username}@example.org", password, agreement = agreement ?? true, locale = "en" }),
        };
        using var answer = await World.Stranger.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, (string Name, string Value)[] fields)
    {
        using var answer = await World.Stranger.PostAsync(path, new FormUrlEncodedContent(
            [new("client_id", Id), new("client_secret", Secret), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]));
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    [GeneratedRegex("<code>([^<]+)</code>")]
    private static partial Regex Code();
}
