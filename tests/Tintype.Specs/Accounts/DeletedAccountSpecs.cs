using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Cards;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Accounts;

public sealed class DeletedAccountSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_deleted_account_is_gone_at_once_with_every_session_and_token()
    {
        using var person = await Visitor.JoinedAsync(world, "vanishing");
        var bearer = await (await ClientOf.RegisterAsync(world)).TokenOfAsync(person);
        using var http = world.Client(bearer);
        Assert.True((await world.Get<People>().FindAsync("vanishing"))!.IsVisible);

        var answer = await DeleteAsync(person, "vanishing");

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.Status, answer.Location));
        Assert.False(await person.IsSignedInAsync());
        await ShowsAsync("vanishing", visible: false);
        using var me = await http.GetAsync("/api/v1/accounts/verify_credentials");
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
    }

    [Fact]
    public async Task Deleting_needs_the_name_and_the_password()
    {
        using var person = await Visitor.JoinedAsync(world, "careful");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await DeleteAsync(person, "carefull")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await DeleteAsync(person, "careful", "wrong")).Status);

        Assert.True(await person.IsSignedInAsync());
    }

    [Fact]
    public async Task Logging_in_offers_to_restore_and_restoring_brings_all_back()
    {
        using var person = await Visitor.JoinedAsync(world, "returning");
        await DeleteAsync(person, "returning");

        var wrong = await person.LogInAsync("returning", "wrong password");
        var right = await person.LogInAsync("returning");
        var page = await person.GetAsync("/restore");
        Assert.False(await person.IsSignedInAsync());
        var restored = await person.SendAsync("/restore", "/restore");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal("/restore", right.Location);
        Assert.Contains("returning", page.Text);
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (restored.Status, restored.Location));
        Assert.True(await person.IsSignedInAsync());
        await ShowsAsync("returning", visible: true);
    }

    [Fact]
    public async Task Nobody_restores_without_having_known_the_password()
    {
        using var person = await Visitor.JoinedAsync(world, "stays.gone");
        await DeleteAsync(person, "stays.gone");
        using var stranger = new Visitor(world);

        Assert.Equal("/login", (await stranger.GetAsync("/restore")).Location);
        Assert.Equal("/login", (await stranger.SendAsync("/login", "/restore")).Location);
    }

    [Fact]
    public async Task A_deleted_name_stays_taken_until_the_purge()
    {
        using var person = await Visitor.JoinedAsync(world, "reserved.for.me");
        await DeleteAsync(person, "reserved.for.me");
        using var stranger = new Visitor(world);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await stranger.SignUpAsync("reserved.for.me", "other@example.org")).Status);
    }

    // Who asks the caches of a process that the request did not go through (a cluster's) is told a moment later.
    private Task ShowsAsync(string username, bool visible) =>
        World.Until(async () => (await world.Get<People>().FindAsync(username))!.IsVisible == visible, $"{username} is {(visible ? "back" : "gone")}");

    private static Task<(HttpStatusCode Status, string Text, string? Location)> DeleteAsync(Visitor person, string username, string password = Visitor.Password) =>
        person.SendAsync("/settings/delete", "/settings/delete", ("username", username), ("password", password));
}

public sealed class PurgeSpecs
{
    [Fact]
    public async Task After_its_days_an_account_is_purged_and_its_names_are_free()
    {
        await using var world = await World.StartAsync(settings => settings.Accounts.RestoreDays = 0);
        var accounts = world.Get<AccountTable>();
        using var person = await Visitor.JoinedAsync(world, "purged");
        var id = (await accounts.FindIdAsync(NameKind.Username, "purged"))!.Value;

        await person.SendAsync("/settings/delete", "/settings/delete", ("username", "purged"), ("password", Visitor.Password));
        await World.Until(async () => await accounts.FindAsync(id) is null, "the account is purged");

        Assert.Null(await accounts.FindIdAsync(NameKind.Email, "purged@example.org"));
        Assert.Empty(await world.Get<TokenTable>().OfAsync(id));
        using var successor = new Visitor(world);
        await World.Until(async () => await accounts.FindIdAsync(NameKind.Username, "purged") is null, "the name is free");
        Assert.Equal(HttpStatusCode.SeeOther, (await successor.SignUpAsync("purged")).Status);
    }

    [Fact]
    public async Task A_restored_account_is_not_purged_when_its_first_deletion_comes_due()
    {
        var clock = new MovedClock();
        await using var world = new World { Replace = services => services.AddSingleton<TimeProvider>(clock) };
        await world.InitializeAsync();
        var accounts = world.Get<AccountTable>();
        using var person = await Visitor.JoinedAsync(world, "undecided");
        var id = (await accounts.FindIdAsync(NameKind.Username, "undecided"))!.Value;
        await person.SendAsync("/settings/delete", "/settings/delete", ("username", "undecided"), ("password", Visitor.Password));
        clock.Ahead = TimeSpan.FromDays(20);
        await person.LogInAsync("undecided");
        await person.SendAsync("/restore", "/restore");

        clock.Ahead = TimeSpan.FromDays(31);
        await world.JobsDone();

        Assert.NotNull(await accounts.FindAsync(id));
        await person.SendAsync("/settings/delete", "/settings/delete", ("username", "undecided"), ("password", Visitor.Password));
        clock.Ahead = TimeSpan.FromDays(62);
        await World.Until(async () => await accounts.FindAsync(id) is null, "the second deletion purges");
    }
}
