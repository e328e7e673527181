using System.Net;
using Tintype.Accounts;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Accounts;

public sealed class LogInSpecs(World world) : IClassFixture<World>
{
    [Theory]
    [InlineData("either")]
    [InlineData("EITHER")]
    [InlineData("@either")]
    [InlineData("either@example.org")]
    [InlineData(" Either@Example.org ")]
    public async Task Either_name_logs_in(string login)
    {
        await SignedUpAsync("either");
        using var visitor = new Visitor(world);

        var answer = await visitor.LogInAsync(login, returnUrl: "/explore?tab=1");

        Assert.Equal((HttpStatusCode.SeeOther, "/explore?tab=1"), (answer.Status, answer.Location));
        Assert.True(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task Every_refusal_says_and_costs_the_same()
    {
        world.LooksInside();
        await SignedUpAsync("known");
        var hasher = world.Get<PasswordHasher>();
        var answers = new List<(HttpStatusCode Status, string Text, long Work)>();

        foreach (var login in new[] { "known", "unknown", "known@example.org", "unknown@example.org", "", new string('x', 5000) })
        {
            using var visitor = new Visitor(world);
            var before = hasher.Hashes;
            var answer = await visitor.LogInAsync(login, "not the password");
            answers.Add((answer.Status, System.Text.RegularExpressions.Regex.Match(answer.Text, "role=\"alert\">([^<]*)<").Groups[1].Value, hasher.Hashes - before));
        }

        Assert.Single(answers.Distinct());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, LogIn.Wrong, 1L), answers[0]);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("evil")]
    [InlineData("")]
    public async Task Logging_in_leads_nowhere_but_here(string returnUrl)
    {
        await SignedUpAsync("homing");
        using var visitor = new Visitor(world);

        Assert.Equal("/", (await visitor.LogInAsync("homing", returnUrl: returnUrl)).Location);
    }

    [Fact]
    public async Task A_log_in_gives_a_new_secret_and_ends_the_one_before()
    {
        await SignedUpAsync("fixated");
        using var visitor = new Visitor(world);
        await visitor.LogInAsync("fixated");
        var before = visitor.Session!;

        await visitor.LogInAsync("fixated");

        Assert.NotEqual(before, visitor.Session);
        using var thief = Holding(before);
        Assert.False(await thief.IsSignedInAsync());
    }

    [Fact]
    public async Task Logging_out_ends_the_session_at_once()
    {
        using var visitor = await Visitor.JoinedAsync(world, "leaving");
        var secret = visitor.Session!;

        await visitor.SendAsync("/settings", "/logout");

        using var thief = Holding(secret);
        Assert.False(await thief.IsSignedInAsync());
        Assert.False(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task A_session_is_no_bearer_token_and_a_token_no_session()
    {
        using var visitor = await Visitor.JoinedAsync(world, "confused");
        var client = await ClientOf.RegisterAsync(world);
        var bearer = await client.TokenOfAsync(visitor);

        using var http = world.Client(visitor.Session);
        using var asToken = await http.GetAsync("/api/v1/accounts/verify_credentials");
        using var asCookie = Holding(bearer);

        Assert.Equal(HttpStatusCode.Unauthorized, asToken.StatusCode);
        Assert.False(await asCookie.IsSignedInAsync());
    }

    [Fact]
    public async Task An_app_with_few_scopes_gets_nowhere_on_pages()
    {
        using var visitor = await Visitor.JoinedAsync(world, "scoped");
        var bearer = await (await ClientOf.RegisterAsync(world)).TokenOfAsync(visitor, "read");

        using var http = world.Client(bearer);
        using var answer = await http.GetAsync("/settings/account");

        Assert.StartsWith("/login", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_stronger_setting_hashes_passwords_anew_when_they_are_next_typed()
    {
        world.LooksInside(); // At its settings.
        await SignedUpAsync("old.timer");
        var accounts = world.Get<AccountTable>();
        var id = (await accounts.FindIdAsync(NameKind.Username, "old.timer"))!.Value;
        var weak = new PasswordHasher(new Settings { Accounts = { Argon2MemoryKiB = 64 } });
        await accounts.ChangePasswordAsync((await accounts.FindAsync(id))!, await weak.HashAsync(Visitor.Password));
        using var visitor = new Visitor(world);

        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.LogInAsync("old.timer")).Status);

        Assert.StartsWith("$argon2id$v=19$m=256,t=2,p=1$", (await accounts.FindAsync(id))!.PasswordHash);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.LogInAsync("old.timer")).Status);
    }

    private async Task SignedUpAsync(string username)
    {
        using var visitor = new Visitor(world);
        await visitor.SignUpAsync(username);
    }

    private Visitor Holding(string secret)
    {
        var visitor = new Visitor(world);
        visitor.Cookies.Add(new Uri(world.Url), new Cookie("tintype_session", secret));
        return visitor;
    }
}

public sealed class LogInLimitSpecs
{
    [Fact]
    public async Task Guessing_is_stopped_for_known_and_unknown_names_alike()
    {
        await using var world = await World.StartAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.LogIns = 3; });
        using var visitor = new Visitor(world);
        await visitor.SignUpAsync("guessed");

        foreach (var name in new[] { "guessed", "nobody.there" })
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.LogInAsync(name, "wrong password")).Status);
            }
            Assert.Equal(HttpStatusCode.TooManyRequests, (await visitor.LogInAsync(name, "wrong password")).Status);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, (await visitor.LogInAsync("guessed")).Status);
    }

    [Fact]
    public async Task Many_guesses_at_once_are_no_way_round()
    {
        await using var world = await World.StartAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.LogIns = 3; });

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var visitor = new Visitor(world);
            return (await visitor.LogInAsync("victim", "wrong password")).Status;
        }));

        Assert.Equal(3, answers.Count(status => status == HttpStatusCode.UnprocessableEntity));
        Assert.Equal(7, answers.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Right_passwords_do_not_count()
    {
        await using var world = await World.StartAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.LogIns = 2; });
        using var visitor = new Visitor(world);
        await visitor.SignUpAsync("forgetful");

        for (var time = 0; time < 5; time++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await visitor.LogInAsync("forgetful")).Status);
        }
    }
}
