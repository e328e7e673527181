using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Tintype.Specs.Accounts;

public sealed partial class SettingsSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_profile_is_what_its_owner_last_saved()
    {
        using var person = await Visitor.JoinedAsync(world, "editor");

        var answer = await person.SendAsync("/settings", "/settings", ("displayName", " Edith "), ("bio", "Light & <b>shadow</b>"), ("website", "https://edith.example"), ("returnUrl", "/settings"));

        Assert.Equal((HttpStatusCode.SeeOther, "/settings"), (answer.Status, answer.Location));
        var page = (await person.GetAsync("/settings")).Text;
        Assert.Contains("Light & <b>shadow</b>", page);
        Assert.Contains("value=\"Edith\"", page);
    }

    [Theory]
    [InlineData("displayName", 51)]
    [InlineData("bio", 501)]
    public async Task Text_that_is_too_long_is_refused_and_shown_again(string field, int length)
    {
        using var person = await Visitor.JoinedAsync(world, $"long{length}");

        var answer = await person.SendAsync("/settings", "/settings", (field, new string('x', length)));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(new string('x', length), answer.Text);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("edith.example")]
    public async Task A_website_is_an_address_on_the_web(string website)
    {
        using var person = await Visitor.JoinedAsync(world, $"web{website.Length}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await person.SendAsync("/settings", "/settings", ("website", website))).Status);
    }

    [Fact]
    public async Task Apps_edit_a_profile_in_any_encoding()
    {
        var alice = await world.Alice;
        using var multipart = new MultipartFormDataContent
        {
            { new StringContent("Alice A."), "display_name" }, { new StringContent("Camera"), "fields_attributes[0][name]" }, { new StringContent("X100"), "fields_attributes[0][value]" },
        };
        (await alice.Http.PatchAsync("/api/v1/accounts/update_credentials", multipart)).Dispose();
        (await alice.Http.PatchAsJsonAsync("/api/v1/accounts/update_credentials", new { note = "takes photos", locked = true })).Dispose();
        (await alice.Http.PatchAsync("/api/v1/accounts/update_credentials?discoverable=False", null)).Dispose();

        var me = await alice.GetAsync("/api/v1/accounts/verify_credentials");

        Assert.Equal("Alice A.", me.GetProperty("display_name").GetString());
        Assert.Equal("takes photos", me.GetProperty("source").GetProperty("note").GetString());
        Assert.Equal("X100", me.GetProperty("fields")[0].GetProperty("value").GetString());
        Assert.True(me.GetProperty("locked").GetBoolean());
        Assert.False(me.GetProperty("discoverable").GetBoolean());
    }

    [Fact]
    public async Task A_new_password_needs_the_old_one_and_logs_the_other_browsers_out()
    {
        using var here = await Visitor.JoinedAsync(world, "changer");
        using var there = new Visitor(world);
        await there.LogInAsync("changer");

        var wrong = await ChangeAsync(here, "not my password", "another-three-words");
        var weak = await ChangeAsync(here, Visitor.Password, "changer123");
        var right = await ChangeAsync(here, Visitor.Password, "another-three-words");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.SeeOther), (wrong.Status, weak.Status, right.Status));
        Assert.True(await here.IsSignedInAsync());
        Assert.False(await there.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await there.LogInAsync("changer")).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await there.LogInAsync("changer", "another-three-words")).Status);
    }

    [Fact]
    public async Task A_new_address_logs_in_and_the_old_one_is_free()
    {
        using var person = await Visitor.JoinedAsync(world, "mover");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await person.SendAsync("/settings/account", "/settings/email", ("email", "new@example.org"), ("password", "wrong"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await person.SendAsync("/settings/account", "/settings/email", ("email", "new@example.org"), ("password", Visitor.Password))).Status);

        using var visitor = new Visitor(world);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.LogInAsync("new@example.org")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.LogInAsync("mover@example.org")).Status);
    }

    [Fact]
    public async Task Taking_the_address_of_somebody_else_looks_like_any_change_and_takes_nothing()
    {
        using var holder = await Visitor.JoinedAsync(world, "victim");
        using var thief = await Visitor.JoinedAsync(world, "thief");

        var answer = await thief.SendAsync("/settings/account", "/settings/email", ("email", "victim@example.org"), ("password", Visitor.Password));

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Contains("victim@example.org", (await thief.GetAsync("/settings/account")).Text);
        using var visitor = new Visitor(world);
        await visitor.LogInAsync("victim@example.org");
        Assert.Contains("@victim\"", (await visitor.GetAsync("/settings")).Text);
    }

    [Fact]
    public async Task Every_browser_is_listed_and_can_be_logged_out_from_another()
    {
        using var here = await Visitor.JoinedAsync(world, "lister", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        using var there = new Visitor(world, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1");
        await there.LogInAsync("lister");

        var page = (await here.GetAsync("/settings/sessions")).Text;
        var other = Revoke().Match(page).Groups[1].Value;
        var answer = await here.SendAsync("/settings/sessions", other);

        Assert.Contains("Firefox on Linux", page);
        Assert.Contains("Safari on iPhone", page);
        Assert.Contains("127.0.0.1", page);
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.False(await there.IsSignedInAsync());
        Assert.True(await here.IsSignedInAsync());
    }

    [Fact]
    public async Task Apps_are_listed_and_can_be_removed()
    {
        using var person = await Visitor.JoinedAsync(world, "app.user");
        var bearer = await (await ClientOf.RegisterAsync(world)).TokenOfAsync(person);

        var page = (await person.GetAsync("/settings/sessions")).Text;
        await person.SendAsync("/settings/sessions", AppRevoke().Match(page).Groups[1].Value);

        Assert.Contains("An app", page);
        using var http = world.Client(bearer);
        using var me = await http.GetAsync("/api/v1/accounts/verify_credentials");
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
    }

    [Fact]
    public async Task Nobody_logs_out_the_browser_of_somebody_else()
    {
        using var victim = await Visitor.JoinedAsync(world, "bystander");
        using var attacker = await Visitor.JoinedAsync(world, "attacker");
        Assert.True(Storage.Tables.TokenTable.TryRead(victim.Session!, out var id, out _));

        var answer = await attacker.SendAsync("/settings/privacy", $"/settings/sessions/{id}/revoke");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.True(await victim.IsSignedInAsync());
    }

    [Theory]
    [InlineData("/settings")]
    [InlineData("/settings/password")]
    [InlineData("/settings/email")]
    [InlineData("/settings/privacy")]
    [InlineData("/settings/delete")]
    [InlineData("/logout")]
    [InlineData("/oauth/authorize")]
    public async Task A_form_without_its_token_changes_nothing(string action)
    {
        using var person = await Visitor.JoinedAsync(world, $"csrf{action.Replace('/', '_')}");

        Assert.Equal(HttpStatusCode.BadRequest, (await person.SendAsync("/no-such-page", action, ("displayName", "Hacked"), ("private", "on"))).Status);

        Assert.True(await person.IsSignedInAsync());
    }

    [Fact]
    public async Task A_stranger_is_asked_to_log_in_and_comes_back()
    {
        using var stranger = new Visitor(world);

        Assert.Equal("/login?returnUrl=%2Fsettings%2Fsessions", (await stranger.GetAsync("/settings/sessions")).Location);
    }

    [Fact]
    public async Task What_an_app_asks_when_it_starts_is_answered()
    {
        var bob = await world.Bob;
        foreach (var path in new[] { "custom_emojis", "lists", "filters", "announcements", "followed_tags", "featured_tags", "endorsements", "conversations" })
        {
            Assert.Equal(JsonValueKind.Array, (await bob.GetAsync($"/api/v1/{path}")).ValueKind);
        }
        Assert.Equal("public", (await bob.GetAsync("/api/v1/preferences")).GetProperty("posting:default:visibility").GetString());
        Assert.StartsWith("4.3.0 (compatible; Tintype", (await bob.GetAsync("/api/v2/instance")).GetProperty("version").GetString());
        Assert.Equal("tintype", (await bob.GetAsync("/nodeinfo/2.0")).GetProperty("software").GetProperty("name").GetString());
    }

    private static Task<(HttpStatusCode Status, string Text, string? Location)> ChangeAsync(Visitor person, string now, string then) =>
        person.SendAsync("/settings/account", "/settings/password", ("currentPassword", now), ("newPassword", then));

    [GeneratedRegex("action=\"(/settings/sessions/[0-9]+/revoke)\"")]
    private static partial Regex Revoke();

    [GeneratedRegex("action=\"(/settings/apps/[0-9]+/revoke)\"")]
    private static partial Regex AppRevoke();
}
