using System.Net;
using System.Text.RegularExpressions;
using Tintype.Http;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Specs;

/// <summary>A browser without JavaScript in which somebody is signed in: keeps cookies, sends forms with the page's token.</summary>
internal sealed partial class BrowserOf : IDisposable
{
    private readonly HttpClient http;

    private BrowserOf(HttpClient http) => this.http = http;

    public static async Task<BrowserOf> SignInAsync(World world, PersonInWorld person)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (bearer, _) = await world.Get<TokenTable>().IssueAsync(person.Id.Shard, new AccessToken
        {
            Kind = TokenKind.Session, AccountId = person.Id, CreatedAt = now, LastUsedAt = now,
        });
        var cookies = new CookieContainer();
        cookies.Add(new Uri(world.Url), new Cookie(SessionCookie.Name, bearer));
        var browser = new BrowserOf(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = new Uri(world.Url) });
        browser.Token = TokenOfPage().Match(await browser.GetAsync("/activity")).Groups[1].Value;
        return browser;
    }

    /// <summary>What its pages carry, to be believed when it sends something.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Anything else a page or its scripts may send.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }
        return http.SendAsync(request);
    }

    public Task<string> GetAsync(string path) => http.GetStringAsync(path);

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        http.PostAsync(path, new FormUrlEncodedContent([new(Antiforgery.Field, Token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]));

    public void Dispose() => http.Dispose();

    [GeneratedRegex("name=\"csrf\" content=\"([^\"]+)\"")]
    private static partial Regex TokenOfPage();
}
