using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Cards;
using Tintype.Feed;
using Tintype.Http;

namespace Tintype.Bench;

/// <summary>Where the time of a feed page goes: each part alone, on one thread, without HTTP around it.</summary>
internal static class FeedParts
{
    private const int Rounds = 20;

    public static async Task<int> RunAsync(FeedBenchOptions options)
    {
        await FeedBenchPlace.UseAsync(cluster: false, async place =>
        {
            var bearers = await FeedBenchPopulation.CreateAsync(place, options);
            await using var app = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], place.Adjust);
            var services = app.Services;
            var (authentication, feed, pages, relations) = (
                services.GetRequiredService<Authentication>(), services.GetRequiredService<HomeFeed>(), services.GetRequiredService<StatusPages>(), services.GetRequiredService<RelationCache>());
            var paging = new Paging(0, 0, 0, 20, 0);
            var readers = new List<CurrentUser>();
            foreach (var bearer in bearers)
            {
                readers.Add((await authentication.FindAsync(bearer))!.User!);
            }
            var made = new Dictionary<CurrentUser, FeedPage>();
            foreach (var reader in readers)
            {
                made[reader] = await feed.PageAsync(reader, paging, FeedRules.BelongsInApps);
            }
            await TimeAsync("authentication", bearers, bearer => authentication.TryRecall(bearer, out _) ? Task.CompletedTask : authentication.FindAsync(bearer));
            await TimeAsync("relations", readers, async reader => await relations.GetAsync(reader));
            await TimeAsync("feed page: ids, cards, rules", readers, async reader => await feed.PageAsync(reader, paging, FeedRules.BelongsInApps));
            await TimeAsync("pieces: accounts, flags, json", readers, async reader => await pages.OfAsync(made[reader].Cards, reader.Id));
            var http = new DefaultHttpContext { Response = { Body = Stream.Null } };
            await TimeAsync("pieces, written to nowhere", readers, async reader => await (await pages.OfAsync(made[reader].Cards, reader.Id)).ExecuteAsync(http));
        });
        return 0;
    }

    private static async Task TimeAsync<T>(string what, IReadOnlyList<T> inputs, Func<T, Task> part)
    {
        var microseconds = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var input in inputs)
            {
                await part(input);
            }
            microseconds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / inputs.Count);
        }
        microseconds.Sort();
        Console.WriteLine($"{what,-32} {microseconds[0],7:0.0} us best, {microseconds[Rounds / 2],7:0.0} us median");
    }
}
