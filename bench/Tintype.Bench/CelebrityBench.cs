using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Bench;

/// <summary>
/// An account with a million followers posts, and ten thousand of them read at once, over HTTP: what is asked of the databases from the
/// moment the photo is posted until the last has seen it. Beside it the same reads with nothing posted, and what the photo itself costs.
/// </summary>
internal static class CelebrityBench
{
    private const int Connections = 32;

    public static async Task<int> RunAsync(int followers, int readers)
    {
        var report = new Report("celebrity");
        await using var crowd = await Crowd.StartAsync();
        var star = (await crowd.PeopleAsync("star", 1))[0];
        var comers = await crowd.PeopleAsync("reader", readers);
        await crowd.Get<FollowImport>().AddAsync([.. comers.Select(reader => (reader.Id, star.Id))]);
        await FillAsync(crowd, star.Id, followers - readers);
        await crowd.PostAsync(star, await crowd.UploadAsync(star, Crowd.Jpeg(1)));
        await crowd.JobsDoneAsync();
        report.Say($"{followers:N0} followers, {readers:N0} of them read over HTTP, {Environment.ProcessorCount} cores");

        await PhaseAsync(report, "first visits: feeds built", () => ReadAsync(crowd, comers, null));
        await PhaseAsync(report, "second visits", () => ReadAsync(crowd, comers, null));
        await PhaseAsync(report, "read, nothing posted", () => ReadAsync(crowd, comers, null));
        MediaId photo = default;
        await PhaseAsync(report, "photo taken in, renditions", async () =>
        {
            photo = await crowd.UploadAsync(star, Crowd.Jpeg(2));
            await crowd.JobsDoneAsync();
            return "";
        });
        // From here on jobs are done by hand, one after the other as a worker does them, so that each phase has its own and no other's.
        var worker = crowd.Services.GetServices<IHostedService>().OfType<JobRunner>().Single();
        await worker.StopAsync(CancellationToken.None);
        PostId post = default;
        await PhaseAsync(report, "the post's own transaction", async () => $"{post = await PublishAsync(crowd, star.Id, photo)}");
        var spread = await PhaseAsync(report, "spread to a million", () => WorkAsync(crowd, post, Lane.FanOut));
        var seen = await PhaseAsync(report, "read and seen by all", () => ReadAsync(crowd, comers, post));
        await PhaseAsync(report, "as every post: search, withdrawal", () => WorkAsync(crowd, post, Lane.Rest));
        report.Say($"{"spread and seen",-32} {spread.Reads + spread.Writes + seen.Reads + seen.Writes,7:N0} queries, {spread.Rows + seen.Rows:N0} rows written (to reach: at most 10 and 10)");
        await worker.StartAsync(CancellationToken.None);
        await PhaseAsync(report, "a profile looked at 1,000 times", async () =>
        {
            await Parallel.ForEachAsync(comers.Take(1000), new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (reader, _) => await crowd.ProfileAsync(reader, star.Id));
            return "";
        });
        await PhaseAsync(report, "follows again by 100 at once", async () =>
        {
            var counted = Stopwatch.StartNew();
            var newcomers = await crowd.PeopleAsync("late", 100);
            var before = await Asked.SoFarAsync();
            counted.Restart();
            await Task.WhenAll(newcomers.Select(who => crowd.FollowAsync(who, star.Id)));
            await crowd.JobsDoneAsync();
            var asked = (await Asked.SoFarAsync()).Since(before);
            return string.Create(CultureInfo.InvariantCulture, $"of which follows and their jobs: {asked} in {counted.ElapsedMilliseconds:N0} ms");
        });
        await report.KeepAsync();
        return 0;
    }

    /// <summary>Followers without accounts, on the star's side only: nobody of them ever comes.</summary>
    private static async Task FillAsync(Crowd crowd, AccountId star, int count)
    {
        var (ids, now) = (crowd.Get<IdGenerator>(), TimeProvider.System.GetUtcNow());
        foreach (var some in Enumerable.Range(0, count).Chunk(20_000))
        {
            await crowd.Get<ShardRouter>().WriteAsync(star.In(Cluster.Social), async session =>
            {
                await session.AddRowsAsync("followers", [.. some.Select(_ => new Dictionary<string, object>
                {
                    ["followee_id"] = star.Value, ["follower_id"] = ids.NextAnywhere<Account>().Value, ["state"] = (long)FollowState.Active, ["version"] = 1L, ["created_at"] = now.ToUnixTimeMilliseconds(),
                })]);
                await FollowTable.CountAsync(session, star, followers: some.Length);
            });
        }
    }

    private static async Task<string> ReadAsync(Crowd crowd, Visitor[] readers, PostId? mustSee)
    {
        var (unseen, watch) = (0, Stopwatch.StartNew());
        await Parallel.ForEachAsync(readers, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (reader, _) =>
        {
            var page = await crowd.HomeAsync(reader);
            if (mustSee is { } post && !page.Contains($"\"id\":\"{post}\"", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref unseen);
            }
        });
        return string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:N1} s{(mustSee is null ? "" : $", {unseen} did not see it")}");
    }

    private static async Task<string> WorkAsync(Crowd crowd, PostId post, Lane lane)
    {
        var (outbox, partition) = (crowd.Get<OutboxTable>(), crowd.Get<ShardMap>().PartitionOf(post.In(Cluster.Content)));
        var due = await outbox.ClaimAsync(partition, lane, 10, TimeSpan.FromMinutes(5), CancellationToken.None);
        foreach (var row in due)
        {
            await crowd.Get<JobHandlers>().RunAsync(crowd.Services, row, CancellationToken.None);
            await outbox.CompleteAsync(partition, row.Id, CancellationToken.None);
        }
        return $"{due.Count} jobs";
    }

    private static async Task<PostId> PublishAsync(Crowd crowd, AccountId author, MediaId photo) =>
        ((Publication.Published)await crowd.Get<PhotoPostTable>().PublishAsync(new Post { AccountId = author, Caption = "a harbour at sunrise" }, [(photo, null)], null)).Post.Id;

    private static async Task<Asked> PhaseAsync(Report report, string what, Func<Task<string>> work)
    {
        var before = await Asked.SoFarAsync();
        var said = await work();
        var asked = (await Asked.SoFarAsync()).Since(before);
        report.Say($"{what,-32} {asked}  {said}");
        return asked;
    }
}
