using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Tintype.Specs.Clients;

/// <summary>Signs up and authorizes apps over HTTP as a browser and an app would, without a line of the server's code.</summary>
internal sealed partial class SignedUpPerson(World world, string username)
{
    public const string Password = "correct-Horse-9-battery";
    public const string OutOfBand = "urn:ietf:wg:oauth:2.0:oob";

    public string Email => $"{username}@example.org";

    public sealed record App(string ClientId, string ClientSecret);

    public static async Task<App> RegisterAppAsync(World world)
    {
        using var answer = await world.Stranger.PostAsync("/api/v1/apps", JsonContent.Create(new { client_name = "specs", redirect_uris = OutOfBand, scopes = "read write follow push" }));
        var json = await JsonAsync(answer);
        return new App(json.GetProperty("client_id").GetString()!, json.GetProperty("client_secret").GetString()!);
    }

    /// <returns>A bearer token of this person.</returns>
    public async Task<string> SignUpAsync(App app)
    {
        using var appToken = await world.Stranger.PostAsync("/oauth/token", JsonContent.Create(new
        {
            grant_type = "client_credentials", client_id = app.ClientId, client_secret = app.ClientSecret, redirect_uri = OutOfBand, scope = "read write follow push",
        }));
        using var client = world.Client((await JsonAsync(appToken)).GetProperty("access_token").GetString());
        using var answer = await client.PostAsync("/api/v1/accounts", JsonContent.Create(new { username, email = Email, password = Password, agreement = true, locale = "en" }));
        return (await JsonAsync(answer)).GetProperty("access_token").GetString()!;
    }

    /// <summary>Walks log-in and consent pages by their forms and returns the code they show.</summary>
    public async Task<string> AuthorizeAsync(App app, string verifier)
    {
        var challenge = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = true }) { BaseAddress = new Uri(world.Url) };
        var page = await browser.GetStringAsync(
            $"/oauth/authorize?response_type=code&client_id={app.ClientId}&redirect_uri={Uri.EscapeDataString(OutOfBand)}&scope=read+write+follow&code_challenge={challenge}&code_challenge_method=S256");
        for (var step = 0; step < 5; step++)
        {
            if (Code().Match(page) is { Success: true } code)
            {
                return code.Groups[1].Value;
            }
            var form = Forms().Matches(page).FirstOrDefault(form => form.Value.Contains("type=\"password\"", StringComparison.Ordinal) || form.Value.Contains("approve", StringComparison.Ordinal))
                ?? throw new InvalidOperationException($"no form to go on with:\n{page}");
            var fields = Fields().Matches(form.Value).Select(field => (Name: Attribute(field.Value, "name"), Value: Attribute(field.Value, "value"), Type: Attribute(field.Value, "type")))
                .Where(field => field.Name is not null && field.Value is not "deny")
                .Select(field => KeyValuePair.Create(field.Name!, field.Type == "password" ? Password : field.Value is null or "" ? Email : field.Value));
            using var answer = await browser.PostAsync(System.Net.WebUtility.HtmlDecode(Attribute(form.Value, "action") ?? "/oauth/authorize"), new FormUrlEncodedContent(fields));
            page = await answer.Content.ReadAsStringAsync();
        }
        throw new InvalidOperationException($"no code after five pages:\n{page}");
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"") is { Success: true } match ? System.Net.WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex(@"<code[^>]*>\s*([\w\-.~]{16,})\s*</code>")]
    private static partial Regex Code();

    [GeneratedRegex(@"<form\b[\s\S]*?</form>")]
    private static partial Regex Forms();

    [GeneratedRegex(@"<(?:input|button)\b[^>]*>")]
    private static partial Regex Fields();
}
