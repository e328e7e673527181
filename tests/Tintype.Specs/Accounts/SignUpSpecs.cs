using System.Net;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Accounts;

public sealed class SignUpSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task Who_signs_up_in_a_browser_is_signed_in_and_sent_on()
    {
        using var visitor = new Visitor(world);

        var answer = await visitor.SignUpAsync("nadia", name: "Nadia", returnUrl: "/explore");

        Assert.Equal((HttpStatusCode.SeeOther, "/explore"), (answer.Status, answer.Location));
        Assert.True(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task The_session_cookie_is_kept_from_scripts_and_from_other_sites()
    {
        using var visitor = new Visitor(world);
        await visitor.SignUpAsync("cookie.owner");

        var cookie = visitor.Cookies.GetAllCookies()["tintype_session"]!;

        Assert.True(cookie.HttpOnly);
        Assert.False(cookie.Secure); // The site is http here; on https it is Secure.
    }

    [Theory]
    [InlineData("", "username")]
    [InlineData("a name", "username")]
    [InlineData("dot.", "username")]
    [InlineData("two..dots", "username")]
    [InlineData("ünïcode", "username")]
    [InlineData("settings", "username")]
    [InlineData("Admin", "username")]
    [InlineData("abcdefghijklmnopqrstuvwxyz12345", "username")]
    public async Task A_name_that_cannot_be_a_username_is_refused(string username, string field)
    {
        var client = await ClientOf.RegisterAsync(world);

        var (status, json) = await client.SignUpAsync(username, "somebody@example.org");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.True(json.GetProperty("details").TryGetProperty(field, out var problems), json.ToString());
        Assert.StartsWith("ERR_", problems[0].GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("short", "ERR_TOO_SHORT")]
    [InlineData("P@ssw0rd2024!", "ERR_INVALID")]
    [InlineData("1234567890", "ERR_INVALID")]
    [InlineData("qwertyuiop", "ERR_INVALID")]
    [InlineData("aaaaaaaaaaaaaaaa", "ERR_INVALID")]
    [InlineData("abcabcabcabcabc", "ERR_INVALID")]
    [InlineData("iloveyou123456", "ERR_INVALID")]
    [InlineData("guessable.one1", "ERR_INVALID")]
    public async Task A_password_that_anybody_would_try_is_refused(string password, string code)
    {
        var client = await ClientOf.RegisterAsync(world);

        var (status, json) = await client.SignUpAsync("guessable.one", password: password);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(code, json.GetProperty("details").GetProperty("password")[0].GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_password_too_long_to_be_typed_is_refused_without_hashing_it()
    {
        var hashes = world.Get<Tintype.Accounts.PasswordHasher>().Hashes;
        using var visitor = new Visitor(world);

        var answer = await visitor.SignUpAsync("verbose", password: string.Concat(Enumerable.Repeat("word after word ", 1000)));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(hashes, world.Get<Tintype.Accounts.PasswordHasher>().Hashes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nineteen ninety")]
    [InlineData("1800")]
    [InlineData("2999")]
    [InlineData("-5")]
    public async Task A_year_that_nobody_here_was_born_in_is_refused(string year)
    {
        using var visitor = new Visitor(world);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.SignUpAsync("of.no.age", birthYear: year)).Status);
    }

    [Fact]
    public async Task Children_are_refused()
    {
        using var visitor = new Visitor(world);
        var year = TimeProvider.System.GetUtcNow().Year - 12;

        var answer = await visitor.SignUpAsync("child", birthYear: $"{year}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("13 or older", answer.Text);
    }

    [Fact]
    public async Task A_refused_form_comes_back_as_typed_but_without_the_password()
    {
        using var visitor = new Visitor(world);

        var answer = await visitor.SignUpAsync("settings", "kept@example.org", name: "Kept <b>");

        Assert.Contains("kept@example.org", answer.Text);
        Assert.Contains("Kept <b>", answer.Text); // The visitor decodes what the page escapes.
        Assert.DoesNotContain(Visitor.Password, answer.Text);
    }

    [Fact]
    public async Task A_taken_username_is_named_whatever_case_it_is_typed_in()
    {
        var client = await ClientOf.RegisterAsync(world);
        await client.SignUpAsync("Greta");

        var (status, json) = await client.SignUpAsync("gRETA", "another@example.org");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("ERR_TAKEN", json.GetProperty("details").GetProperty("username")[0].GetProperty("error").GetString());
    }

    [Fact]
    public async Task Signing_up_does_not_tell_whether_an_address_has_an_account()
    {
        var client = await ClientOf.RegisterAsync(world);
        await client.SignUpAsync("holder", "shared@example.org");

        var taken = await client.SignUpAsync("second", "SHARED@example.org");
        var free = await client.SignUpAsync("third", "unheard-of@example.org");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (taken.Status, free.Status));
        Assert.Equal(free.Json.EnumerateObject().Select(member => member.Name), taken.Json.EnumerateObject().Select(member => member.Name));
        var holder = await world.Get<AccountTable>().FindIdAsync(NameKind.Username, "holder");
        Assert.Equal(holder, await world.Get<AccountTable>().FindIdAsync(NameKind.Email, "shared@example.org"));
    }

    [Fact]
    public async Task Of_twenty_who_want_one_username_at_once_one_gets_it()
    {
        var client = await ClientOf.RegisterAsync(world);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => client.SignUpAsync("everybodys.darling", $"fan{number}@example.org")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer =>
            Assert.Equal("ERR_TAKEN", answer.Json.GetProperty("details").GetProperty("username")[0].GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_token_of_a_person_or_none_at_all_signs_nobody_up()
    {
        using var answer = await world.Stranger.PostAsync("/api/v1/accounts", null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Who_does_not_agree_is_not_signed_up()
    {
        var client = await ClientOf.RegisterAsync(world);

        var (status, json) = await client.SignUpAsync("disagrees", agreement: false);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.True(json.GetProperty("details").TryGetProperty("agreement", out _));
    }

    [Fact]
    public async Task Where_to_go_afterwards_is_never_another_site()
    {
        using var visitor = new Visitor(world);

        var answer = await visitor.SignUpAsync("redirected", returnUrl: "//evil.example/");

        Assert.Equal("/", answer.Location);
    }
}

public sealed class FirstPersonSpecs
{
    [Fact]
    public async Task Of_all_who_sign_up_at_once_on_a_new_instance_one_becomes_its_owner()
    {
        await using var world = await World.StartAsync(null);
        var client = await ClientOf.RegisterAsync(world);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => client.SignUpAsync($"person{number}")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        var accounts = world.Get<AccountTable>();
        var roles = new List<AccountRole>();
        for (var number = 0; number < 10; number++)
        {
            roles.Add((await accounts.FindAsync((await accounts.FindIdAsync(NameKind.Username, $"person{number}"))!.Value))!.Role);
        }
        Assert.Single(roles, AccountRole.Owner);
        Assert.NotNull(await accounts.FindOwnerAsync());
    }

    [Fact]
    public async Task A_closed_instance_lets_its_owner_in_and_then_nobody()
    {
        await using var world = await World.StartAsync(settings => settings.Accounts.SignUpOpen = false);
        var client = await ClientOf.RegisterAsync(world);

        Assert.Equal(HttpStatusCode.OK, (await client.SignUpAsync("the.first")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SignUpAsync("the.second")).Status);
        using var visitor = new Visitor(world);
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/signup")).Status);
    }

    [Fact]
    public async Task A_name_whose_account_was_never_written_is_free_again_after_a_while()
    {
        var clock = new MovedClock();
        await using var world = new World { Replace = services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, clock) };
        await world.InitializeAsync();
        var accounts = world.Get<AccountTable>();
        Assert.True(await accounts.ClaimOwnershipAsync(world.Get<IdGenerator>().NextAnywhere<Account>()));
        Assert.False(await accounts.ClaimOwnershipAsync(world.Get<IdGenerator>().NextAnywhere<Account>()));

        clock.Ahead = AccountTable.ClaimLifetime + TimeSpan.FromSeconds(1);

        Assert.True(await accounts.ClaimOwnershipAsync(world.Get<IdGenerator>().NextAnywhere<Account>()));
    }
}
