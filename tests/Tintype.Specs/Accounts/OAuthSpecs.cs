using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Http;
using Xunit;

namespace Tintype.Specs.Accounts;

public sealed class OAuthSpecs(World world) : IClassFixture<World>
{
    private static readonly string Verifier = new('v', 43);
    private static readonly string Challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    [Fact]
    public async Task A_code_becomes_a_token_of_the_person_who_allowed_it()
    {
        using var person = await Visitor.JoinedAsync(world, "ottilie");
        var client = await ClientOf.RegisterAsync(world);

        var (status, token) = await client.RedeemAsync(await client.CodeAsync(person, "read write:media"));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("Bearer", "read write:media"), (token.GetProperty("token_type").GetString(), token.GetProperty("scope").GetString()));
        Assert.Equal("ottilie", (await MeAsync(token.GetProperty("access_token").GetString()!)).Json.GetProperty("username").GetString());
    }

    [Fact]
    public async Task An_app_gets_its_answer_at_its_own_address_with_its_state()
    {
        using var person = await Visitor.JoinedAsync(world, "called.back");
        var client = await ClientOf.RegisterAsync(world);

        var allowed = await client.DecideAsync(person, "approve", ClientOf.Callback);
        var denied = await client.DecideAsync(person, "deny", ClientOf.Callback);

        Assert.StartsWith($"{ClientOf.Callback}?code=", allowed.Location);
        Assert.EndsWith("&state=x%20y", allowed.Location);
        Assert.StartsWith($"{ClientOf.Callback}?error=access_denied", denied.Location);
    }

    [Theory]
    [InlineData(ClientOf.Callback, "form-action 'self' https://app.example")]
    [InlineData(ClientOf.OutOfBand, "form-action 'self'")]
    public async Task The_consent_form_may_lead_to_the_app_and_nowhere_else(string redirect, string policy)
    {
        using var person = await Visitor.JoinedAsync(world, $"policy{policy.Length}");
        var client = await ClientOf.RegisterAsync(world);

        Assert.EndsWith(policy, await person.PolicyOfAsync(client.AuthorizeUrl(redirect)));
    }

    [Fact]
    public async Task A_stranger_logs_in_first_and_comes_back_to_what_the_app_asked()
    {
        using (await Visitor.JoinedAsync(world, "comes.back"))
        {
        }
        var client = await ClientOf.RegisterAsync(world);
        using var stranger = new Visitor(world);

        var sent = await stranger.GetAsync(client.AuthorizeUrl());
        var back = Uri.UnescapeDataString(sent.Location!.Split("returnUrl=")[1]);
        var loggedIn = await stranger.LogInAsync("comes.back", returnUrl: back);

        Assert.StartsWith("/login?returnUrl=", sent.Location);
        Assert.Equal(client.Id, System.Web.HttpUtility.ParseQueryString(new Uri(new Uri(world.Url), loggedIn.Location!).Query)["client_id"]);
        Assert.Contains("Allow An app?", (await stranger.GetAsync(loggedIn.Location!)).Text);
    }

    [Theory]
    [InlineData("lured1", "https://evil.example/")]
    [InlineData("lured2", "https://app.example/callback/deeper")]
    [InlineData("lured3", "https://app.example/callback?more=1")]
    [InlineData("lured4", "javascript:alert(1)")]
    [InlineData("lured5", "")]
    public async Task A_code_is_never_sent_to_an_address_that_was_not_registered(string username, string redirect)
    {
        using var person = await Visitor.JoinedAsync(world, username);
        var client = await ClientOf.RegisterAsync(world);

        var asked = await person.GetAsync(client.AuthorizeUrl(redirect));
        var decided = await client.DecideAsync(person, "approve", redirect);

        Assert.Equal((HttpStatusCode.BadRequest, null), (asked.Status, asked.Location));
        Assert.Null(decided.Location);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("http://elsewhere.example/")]
    [InlineData("https://user:secret@app.example/")]
    [InlineData("https://app.example/#fragment")]
    [InlineData("not an address")]
    [InlineData("")]
    public async Task No_app_is_registered_at_an_address_that_is_dangerous(string redirect)
    {
        using var answer = await world.Stranger.PostAsJsonAsync("/api/v1/apps", new { client_name = "Bad app", redirect_uris = redirect });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1234/cb")]
    [InlineData("http://localhost/cb")]
    [InlineData("pixelapp://oauth")]
    [InlineData("com.example.app:/oauth")]
    public async Task An_app_on_a_device_may_use_its_own_scheme_or_loopback(string redirect)
    {
        using var answer = await world.Stranger.PostAsync("/api/v1/apps", new FormUrlEncodedContent([new("client_name", "App"), new("redirect_uris", redirect)]));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_code_works_once()
    {
        using var person = await Visitor.JoinedAsync(world, "once.only");
        var client = await ClientOf.RegisterAsync(world);
        var code = await client.CodeAsync(person);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.RedeemAsync(code)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal("invalid_grant", answer.Json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_code_is_worth_nothing_to_another_app_or_at_another_address()
    {
        using var person = await Visitor.JoinedAsync(world, "of.one.app");
        var (mine, other) = (await ClientOf.RegisterAsync(world), await ClientOf.RegisterAsync(world));
        var code = await mine.CodeAsync(person);

        Assert.Equal(HttpStatusCode.BadRequest, (await other.RedeemAsync(code)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await mine.RedeemAsync(await mine.CodeAsync(person), redirect: ClientOf.Callback)).Status);
        Assert.Equal(HttpStatusCode.OK, (await mine.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task With_a_challenge_only_the_right_verifier_redeems()
    {
        using var person = await Visitor.JoinedAsync(world, "pkce");
        var client = await ClientOf.RegisterAsync(world);

        Assert.Equal(HttpStatusCode.BadRequest, (await client.RedeemAsync(await client.CodeAsync(person, challenge: Challenge), new string('x', 43))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.RedeemAsync(await client.CodeAsync(person, challenge: Challenge))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.RedeemAsync(await client.CodeAsync(person), Verifier)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.RedeemAsync(await client.CodeAsync(person, challenge: Challenge), Verifier)).Status);
    }

    [Fact]
    public async Task A_plain_challenge_is_refused()
    {
        using var person = await Visitor.JoinedAsync(world, "plain.pkce");
        var client = await ClientOf.RegisterAsync(world);

        var answer = await person.GetAsync(client.AuthorizeUrl(ClientOf.Callback, more: $"&code_challenge={Challenge}&code_challenge_method=plain"));

        Assert.StartsWith($"{ClientOf.Callback}?error=invalid_request", answer.Location);
    }

    [Fact]
    public async Task An_app_cannot_ask_for_more_than_it_registered_for()
    {
        using var person = await Visitor.JoinedAsync(world, "modest");
        var client = await ClientOf.RegisterAsync(world, "read");

        var answer = await person.GetAsync(client.AuthorizeUrl(ClientOf.Callback, "read write"));
        var token = await client.TokenAsync(("grant_type", "client_credentials"), ("scope", "write"));

        Assert.StartsWith($"{ClientOf.Callback}?error=invalid_scope", answer.Location);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_scope"), (token.Status, token.Json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Nobody_gives_away_rights_they_do_not_have()
    {
        using (await Visitor.JoinedAsync(world, "the.owner.of.it"))
        {
        }
        using var person = await Visitor.JoinedAsync(world, "no.admin");
        var client = await ClientOf.RegisterAsync(world, "read admin:read");

        var (_, token) = await client.RedeemAsync(await client.CodeAsync(person, "read admin:read"));

        Assert.Equal("read", token.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task A_token_goes_as_far_as_its_scopes()
    {
        using var person = await Visitor.JoinedAsync(world, "read.only");
        var client = await ClientOf.RegisterAsync(world);
        using var http = world.Client(await client.TokenOfAsync(person, "read"));

        using var answer = await http.PatchAsJsonAsync("/api/v1/accounts/update_credentials", new { display_name = "Changed" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("This action is outside the authorized scopes", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_revoked_token_lets_nobody_in_from_that_moment()
    {
        using var person = await Visitor.JoinedAsync(world, "revoker");
        var client = await ClientOf.RegisterAsync(world);
        var bearer = await client.TokenOfAsync(person);
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(bearer)).Status);

        var (status, json) = await client.RevokeAsync(bearer);

        Assert.Equal((HttpStatusCode.OK, "{}"), (status, json.ToString()));
        Assert.Equal((HttpStatusCode.Unauthorized, "The access token is invalid"), await RefusalAsync(bearer));
        Assert.Equal(HttpStatusCode.OK, (await client.RevokeAsync(bearer)).Status);
    }

    [Fact]
    public async Task An_app_cannot_revoke_the_token_of_another()
    {
        using var person = await Visitor.JoinedAsync(world, "two.apps");
        var (mine, other) = (await ClientOf.RegisterAsync(world), await ClientOf.RegisterAsync(world));
        var bearer = await mine.TokenOfAsync(person);

        var (status, json) = await other.RevokeAsync(bearer);

        Assert.Equal((HttpStatusCode.Forbidden, "unauthorized_client"), (status, json.GetProperty("error").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(bearer)).Status);
    }

    [Fact]
    public async Task An_app_with_a_wrong_secret_is_told_to_register_again()
    {
        var client = await ClientOf.RegisterAsync(world) with { Secret = "wrong" };

        var (status, json) = await client.TokenAsync(("grant_type", "client_credentials"));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task An_app_may_prove_itself_by_basic_authentication_and_send_json()
    {
        var client = await ClientOf.RegisterAsync(world);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.Id}:{client.Secret}"))) },
            Content = JsonContent.Create(new { grant_type = "client_credentials", scope = "read" }),
        };

        using var answer = await world.Stranger.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("refresh_token")]
    [InlineData("")]
    public async Task Other_grants_are_not_offered(string grant)
    {
        var client = await ClientOf.RegisterAsync(world);

        var (status, json) = await client.TokenAsync(("grant_type", grant), ("username", "ottilie"), ("password", Visitor.Password));

        Assert.Equal((HttpStatusCode.BadRequest, "unsupported_grant_type"), (status, json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task The_token_of_an_app_is_not_a_person()
    {
        var client = await ClientOf.RegisterAsync(world);

        using var http = world.Client(await client.OwnTokenAsync());
        using var me = await http.GetAsync("/api/v1/accounts/verify_credentials");
        using var app = await http.GetAsync("/api/v1/apps/verify_credentials");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, me.StatusCode);
        Assert.Equal("An app", (await app.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("bad")]
    [InlineData("AAAA.BBBB")]
    [InlineData("")]
    public async Task What_is_no_token_is_refused(string bearer)
    {
        Assert.Equal((HttpStatusCode.Unauthorized, "The access token is invalid"), await RefusalAsync(bearer));
    }

    [Fact]
    public async Task The_right_id_with_a_wrong_secret_is_refused()
    {
        var alice = await world.Alice;
        await alice.GetAsync("/api/v1/accounts/verify_credentials");

        var forged = $"{alice.Bearer.Split('.')[0]}.{Base64Url.EncodeToString(new byte[32])}";

        Assert.Equal(HttpStatusCode.Unauthorized, (await RefusalAsync(forged)).Item1);
        await alice.GetAsync("/api/v1/accounts/verify_credentials");
    }

    [Fact]
    public async Task Clients_find_where_everything_is()
    {
        var json = await world.Stranger.GetFromJsonAsync<JsonElement>("/.well-known/oauth-authorization-server");

        Assert.Equal($"{world.Url}/oauth/token", json.GetProperty("token_endpoint").GetString());
        Assert.Equal("S256", json.GetProperty("code_challenge_methods_supported")[0].GetString());
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> MeAsync(string bearer)
    {
        using var http = world.Client(bearer);
        using var answer = await http.GetAsync("/api/v1/accounts/verify_credentials");
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<(HttpStatusCode, string?)> RefusalAsync(string bearer)
    {
        var (status, json) = await MeAsync(bearer);
        return (status, json.GetProperty("error").GetString());
    }
}

public sealed class TokenLifeSpecs
{
    [Fact]
    public async Task Codes_lapse_after_ten_minutes_and_sessions_when_not_used()
    {
        var clock = new MovedClock();
        await using var world = new World { Replace = services => services.AddSingleton<TimeProvider>(clock) };
        await world.InitializeAsync();
        using var person = await Visitor.JoinedAsync(world, "patient");
        var client = await ClientOf.RegisterAsync(world);
        var code = await client.CodeAsync(person);

        clock.Ahead = TimeSpan.FromMinutes(11);
        Assert.Equal("invalid_grant", (await client.RedeemAsync(code)).Json.GetProperty("error").GetString());

        clock.Ahead = TimeSpan.FromDays(40);
        Assert.True(await person.IsSignedInAsync());
        clock.Ahead = TimeSpan.FromDays(90);
        Assert.True(await person.IsSignedInAsync()); // Used 50 days before: it slid.
        clock.Ahead = TimeSpan.FromDays(90 + 61);
        await world.Get<Authentication>().RevokedAsync((await world.Get<Storage.Tables.TokenTable>().OfAsync(await IdOfAsync(world, "patient")))[0].Id);
        Assert.False(await person.IsSignedInAsync());
    }

    [Fact]
    public async Task Sessions_tokens_and_forms_outlive_a_restart()
    {
        await using var world = new World();
        await world.InitializeAsync();
        using var person = await Visitor.JoinedAsync(world, "survivor");
        var bearer = await (await ClientOf.RegisterAsync(world)).TokenOfAsync(person);

        await world.RestartAsync();

        Assert.True(await person.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.SeeOther, (await person.SendAsync("/settings/privacy", "/settings/privacy", ("private", "on"))).Status);
        using var http = world.Client(bearer);
        using var me = await http.GetAsync("/api/v1/accounts/verify_credentials");
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    private static async Task<Storage.Model.Id<Storage.Model.Account>> IdOfAsync(World world, string name) =>
        (await world.Get<Storage.Tables.AccountTable>().FindIdAsync(Storage.Tables.NameKind.Username, name))!.Value;
}
