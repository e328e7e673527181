using System.Net;
using System.Text.RegularExpressions;
using Tintype.Http;
using Xunit;

namespace Tintype.Specs.Accounts;

/// <summary>Somebody at a browser without JavaScript: keeps cookies, follows nothing by itself, sends the forms that pages show.</summary>
internal sealed partial class Visitor : IDisposable
{
    public const string Password = "three-words-of-mine";

    private readonly HttpClient http;

    public Visitor(World world, string? userAgent = null)
    {
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = new Uri(world.Url) };
        if (userAgent is not null)
        {
            http.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        }
    }

    public CookieContainer Cookies { get; } = new();

    public string? Session => Cookies.GetAllCookies()[SessionCookie.Name]?.Value;

    public async Task<(HttpStatusCode Status, string Text, string? Location)> GetAsync(string path)
    {
        using var answer = await http.GetAsync(path);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), answer.Headers.Location?.OriginalString);
    }

    /// <summary>The Content-Security-Policy of a page.</summary>
    public async Task<string> PolicyOfAsync(string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.Headers.GetValues("Content-Security-Policy").Single();
    }

    /// <summary>Sends a form as the page at <paramref name="page"/> would, with its antiforgery token.</summary>
    public async Task<(HttpStatusCode Status, string Text, string? Location)> SendAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var token = Token().Match((await GetAsync(page)).Text).Groups[1].Value;
        return await PostAsync(action, [(Antiforgery.Field, token), .. fields]);
    }

    /// <summary>Sends fields and nothing else.</summary>
    public async Task<(HttpStatusCode Status, string Text, string? Location)> PostAsync(string action, params (string Name, string Value)[] fields)
    {
        using var answer = await http.PostAsync(action, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), answer.Headers.Location?.OriginalString);
    }

    /// <summary>Sends a form that carries a file.</summary>
    public async Task<(HttpStatusCode Status, string Text, string? Location)> SendFileAsync(
        string page, string action, string name, byte[] file, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new StringContent(Token().Match((await GetAsync(page)).Text).Groups[1].Value), Antiforgery.Field } };
        foreach (var field in fields)
        {
            form.Add(new StringContent(field.Value), field.Name);
        }
        form.Add(new ByteArrayContent(file), name, "file.jpg");
        using var answer = await http.PostAsync(action, form);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), answer.Headers.Location?.OriginalString);
    }

    public Task<(HttpStatusCode Status, string Text, string? Location)> SignUpAsync(
        string username, string? email = null, string password = Password, string birthYear = "1990", string name = "", string returnUrl = "/") =>
        SendAsync("/signup", "/signup", ("username", username), ("email", email ?? $"{username}@example.org"), ("password", password),
            ("displayName", name), ("birthYear", birthYear), ("returnUrl", returnUrl));

    public Task<(HttpStatusCode Status, string Text, string? Location)> LogInAsync(string login, string password = Password, string returnUrl = "/") =>
        SendAsync("/login", "/login", ("login", login), ("password", password), ("returnUrl", returnUrl));

    public async Task<bool> IsSignedInAsync() => (await GetAsync("/settings/account")).Status == HttpStatusCode.OK;

    /// <summary>A person who just signed up.</summary>
    public static async Task<Visitor> JoinedAsync(World world, string username, string? userAgent = null)
    {
        var visitor = new Visitor(world, userAgent);
        var answer = await visitor.SignUpAsync(username);
        Assert.True(answer.Status == HttpStatusCode.SeeOther, $"signing {username} up: {answer.Status} {answer.Text}");
        return visitor;
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
