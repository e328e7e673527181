using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Accounts;
using Tintype.Commands;
using Tintype.Demo;
using Tintype.Demo.Population;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Demo;

public sealed class DemoCommunitySpecs
{
    private const int Photos = 10;

    [Fact]
    public async Task A_demo_fills_an_empty_instance_while_it_is_up()
    {
        await using var world = await World.StartAsync(settings => (settings.Demo, settings.DemoPhotos) = (true, Photos));

        await World.Until(async () => (await world.Get<SharedKeyTable>().AllAsync("demo:done")).Count > 0, "the demo complete", seconds: 120);
        await world.JobsDone();

        var accounts = world.Get<AccountTable>();
        var visitor = (await accounts.FindAsync((await accounts.FindIdAsync(NameKind.Username, Cast.Visitor))!.Value))!;
        Assert.Equal(PasswordCheck.Right, await world.Get<PasswordHasher>().CheckAsync(DemoCommunity.Password, visitor.PasswordHash));
        using var http = world.Client(await TrustedApp.IssueAsync(world.Get<TokenTable>(), visitor.Id, TimeProvider.System.GetUtcNow(), default));
        var feed = JsonDocument.Parse(await http.GetStringAsync("/api/v1/timelines/home?limit=40")).RootElement.EnumerateArray().ToList();
        Assert.NotEmpty(feed);
        Assert.All(feed.SelectMany(status => status.GetProperty("media_attachments").EnumerateArray()), photo =>
            Assert.True(photo.GetProperty("description").GetString()?.Length > 30));
        Assert.All(feed, status => Assert.True(status.GetProperty("created_at").GetDateTimeOffset() < TimeProvider.System.GetUtcNow().AddMinutes(-3)));
    }

    [Fact]
    public async Task What_the_demo_counts_is_what_is_there()
    {
        await using var world = await World.StartAsync(settings => (settings.Demo, settings.DemoPhotos) = (true, Photos));

        await World.Until(async () => (await world.Get<SharedKeyTable>().AllAsync("demo:done")).Count > 0, "the demo complete", seconds: 120);
        await world.JobsDone();

        var accounts = world.Get<AccountTable>();
        var ids = new Dictionary<AccountId, CastMember>();
        foreach (var member in Cast.People)
        {
            ids[(await accounts.FindIdAsync(NameKind.Username, member.Username))!.Value] = member;
        }
        var began = DateTimeOffset.Parse((await world.Get<SharedKeyTable>().AllAsync("demo:began"))[0], System.Globalization.CultureInfo.InvariantCulture);
        var plan = new DemoPlan(began, Photos);
        var counts = await world.Get<CountTable>().GetAsync(ids.Keys);
        Assert.All(ids, person => Assert.Equal(
            (plan.Posts.Count(post => post.Author == person.Value), plan.Follows.Count(pair => pair.Followee == person.Value),
                plan.Follows.Count(pair => pair.Follower == person.Value), person.Value.IsPrivate ? DemoPlan.Asking.Count() : 0),
            ((int)counts[person.Key].Posts, (int)counts[person.Key].Followers, (int)counts[person.Key].Following, (int)counts[person.Key].Requests)));
    }

    [Fact]
    public async Task A_demo_does_not_mix_with_people_who_are_there()
    {
        var folder = Directory.CreateTempSubdirectory("tintype-demo-").FullName;
        await using (var app = await CommandApp.OpenAsync(folder))
        {
            await app.Services.GetRequiredService<AccountTable>().CreateAsync(new Account
            {
                Id = app.Services.GetRequiredService<IdGenerator>().NextAnywhere<Account>(), Username = "real", CreatedAt = TimeProvider.System.GetUtcNow(),
            });
        }

        var refusal = await Assert.ThrowsAsync<SettingsException>(() => CommandApp.OpenAsync(folder, settings => settings.Demo = true));

        Assert.Contains("does not mix", refusal.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
