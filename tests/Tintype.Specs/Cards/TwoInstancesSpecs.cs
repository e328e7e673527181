using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Servers;
using Tintype.Storage.Cache;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Cards;

/// <summary>Two instances on the same data, with a Redis between them: what one writes, the other knows.</summary>
public sealed class TwoInstancesSpecs
{
    [Fact]
    public async Task A_token_revoked_at_one_instance_is_refused_at_the_other()
    {
        await using var world = await WithRedisAsync();
        var other = await AnotherAsync(world);
        var alice = await world.Alice;
        using var elsewhere = world.Client(alice.Bearer, other.Urls.First());
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/api/v1/preferences")).StatusCode);

        await world.Get<TokenTable>().RevokeAsync(alice.TokenId);
        await world.Get<Authentication>().RevokedAsync(alice.TokenId);

        await World.Until(async () => (await elsewhere.GetAsync("/api/v1/preferences")).StatusCode == HttpStatusCode.Unauthorized, "the token is refused");
    }

    [Fact]
    public async Task A_new_name_and_a_like_at_one_instance_are_seen_at_the_other()
    {
        await using var world = await WithRedisAsync();
        var other = await AnotherAsync(world);
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);
        using var elsewhere = world.Client(bob.Bearer, other.Urls.First());
        Assert.DoesNotContain("Alice the Second", await elsewhere.GetStringAsync($"/api/v1/statuses/{photo}"), StringComparison.Ordinal);

        using var renamed = await alice.Http.PatchAsync("/api/v1/accounts/update_credentials", JsonContent.Create(new { display_name = "Alice the Second" }));
        Assert.Equal(HttpStatusCode.OK, renamed.StatusCode);
        await bob.PostAsync($"/api/v1/statuses/{photo}/favourite");

        await World.Until(async () =>
        {
            var status = await elsewhere.GetStringAsync($"/api/v1/statuses/{photo}");
            return status.Contains("Alice the Second", StringComparison.Ordinal) && status.Contains("\"favourites_count\":1", StringComparison.Ordinal) && status.Contains("\"favourited\":true", StringComparison.Ordinal);
        }, "the other instance shows both");
    }

    [Fact]
    public async Task A_photo_that_comes_or_goes_at_one_instance_changes_its_authors_number_at_the_other()
    {
        await using var world = await WithRedisAsync();
        var counts = (await AnotherAsync(world)).Services.GetRequiredService<CountCache>();
        var alice = await world.Alice;
        Assert.Equal(0, (await counts.FindAsync(alice.Id)).Posts);

        var photo = await world.PostAsync(alice);
        await World.Until(async () => (await counts.FindAsync(alice.Id)).Posts == 1, "it is told that a photo came", seconds: 60);

        using var gone = await alice.Http.DeleteAsync($"/api/v1/statuses/{photo}");
        await World.Until(async () => (await counts.FindAsync(alice.Id)).Posts == 0, "it is told that a photo went", seconds: 60);
    }

    [Fact]
    public async Task A_memory_server_that_is_emptied_while_all_read_costs_nobody_an_answer()
    {
        await using var redis = await MemoryServer.StartAsync(MemoryKind.Redis);
        await using var world = await World.StartAsync(settings => (settings.Memory.Servers, settings.Memory.CacheTimeout) = (redis.Configuration, 1000));
        var other = await AnotherAsync(world);
        var alice = await world.Alice;
        var photo = await world.PostAsync(alice);
        string[] addresses = [$"{world.Url}/api/v1/accounts/{alice.Id}", $"{other.Urls.First()}/api/v1/accounts/{alice.Id}", $"{world.Url}/@alice/{photo}", $"{other.Urls.First()}/@alice/{photo}"];
        using var reader = new HttpClient();
        var reading = Enumerable.Range(0, 16).Select(n => Task.Run(async () =>
        {
            for (var round = 0; round < 25; round++)
            {
                // Else everything would stay in the processes, and nobody ask the server.
                await world.Get<People>().ForgetAsync(alice.Id);
                world.Get<CardStore>().Forget(photo);
                using var answer = await reader.GetAsync(addresses[(n + round) % addresses.Length]);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        })).ToList();

        while (!reading.TrueForAll(one => one.IsCompleted))
        {
            await redis.WipeAsync();
        }

        await Task.WhenAll(reading);
    }

    [Fact]
    public async Task Requests_at_two_instances_are_counted_together()
    {
        await using var world = await WithRedisAsync(settings => { settings.RateLimits.Enabled = true; settings.RateLimits.Requests = 40; });
        var other = await AnotherAsync(world);
        var alice = await world.Alice;
        using var elsewhere = world.Client(alice.Bearer, other.Urls.First());
        for (var n = 0; n < 30; n++)
        {
            Assert.Equal(HttpStatusCode.OK, (await alice.Http.GetAsync("/api/v1/preferences")).StatusCode);
        }

        var served = 0;
        await World.Until(async () => (await elsewhere.GetAsync("/api/v1/preferences")).StatusCode == HttpStatusCode.TooManyRequests || served++ > 30, "the limit is met");

        // Ten were left; a few more may come before the two have told each other.
        Assert.InRange(served, 1, 25);
    }

    [Fact]
    public async Task What_one_instance_has_looked_up_the_other_finds_on_the_memory_server()
    {
        await using var world = await WithRedisAsync();
        var other = await AnotherAsync(world);
        var alice = await world.Alice;
        var photo = await world.PostAsync(alice);
        var here = await world.Get<CardStore>().FindAsync(photo);

        var there = await other.Services.GetRequiredService<CardStore>().FindAsync(photo);

        Assert.Equal(here!.Post with { Mentions = [], Tagged = [] }, there!.Post with { Mentions = [], Tagged = [] });
        Assert.Equal(here.Author with { Fields = [], Json = null }, there.Author with { Fields = [], Json = null });
        Assert.Contains(other.Services.GetRequiredService<CacheLevels>().All, cache => cache.Report() is { Name: "cards", Shared: > 0 });
    }

    private static Task<WebApplication> AnotherAsync(World world) => world.StartAnotherAsync($"http://127.0.0.1:{LoopbackPort.Take()}", _ => { });

    private static async Task<World> WithRedisAsync(Action<Settings>? adjust = null)
    {
        var redis = await MemoryServer.SharedAsync(MemoryKind.Redis);
        var prefix = MemoryServer.OwnPrefix();
        return await World.StartAsync(settings =>
        {
            settings.Memory.Servers = redis.Configuration;
            settings.Memory.Prefix = prefix;
            settings.Memory.CacheTimeout = 1000;
            adjust?.Invoke(settings);
        });
    }
}
