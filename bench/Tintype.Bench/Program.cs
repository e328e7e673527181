using System.Text.Json;
using Tintype.Bench;
using Tintype.Bench.Caches;
using Tintype.Bench.Faults;
using Tintype.Bench.Growth;
using Tintype.Bench.Soak;
using Tintype.Bench.Visitors;

return args switch
{
    ["celebrity"] => await CelebrityBench.RunAsync(followers: 1_000_000, readers: 10_000),
    ["celebrity", var followers, var readers] => await CelebrityBench.RunAsync(int.Parse(followers), int.Parse(readers)),
    ["cluster-feeds", .. var rest] => await ClusterFeedsBench.RunAsync(FaultOptions.Of(rest)),
    ["fanout"] => await FanOutBench.RunAsync(people: 20_000),
    ["fanout", var people] => await FanOutBench.RunAsync(int.Parse(people)),
    ["faults", .. var rest] => await FaultBench.RunAsync(FaultOptions.Of(rest)),
    ["feed", .. var rest] => await FeedBench.RunAsync(FeedBenchOptions.Of(rest)),
    ["feed-parts", .. var rest] => await FeedParts.RunAsync(FeedBenchOptions.Of(rest)),
    ["feed-server", var place] => await FeedBenchServer.RunAsync(JsonSerializer.Deserialize<FeedBenchPlace>(place)!),
    ["costs"] => await CostsBench.RunAsync(),
    ["fixed-bytes-server"] => await FixedBytesServer.RunAsync(),
    ["growth", .. var rest] => await GrowthBench.RunAsync(GrowthOptions.Of(rest)),
    ["lag"] => await LagBench.RunAsync(seconds: 60, onRedis: false),
    ["lag", "redis"] => await LagBench.RunAsync(seconds: 60, onRedis: true),
    ["lag", var seconds] => await LagBench.RunAsync(int.Parse(seconds), onRedis: false),
    ["lag", "redis", var seconds] => await LagBench.RunAsync(int.Parse(seconds), onRedis: true),
    ["herd"] => await HerdBench.RunAsync(requests: 10_000),
    ["herd", var requests] => await HerdBench.RunAsync(int.Parse(requests)),
    ["hitrate"] => await HitRateBench.RunAsync(posts: 100_000, views: 2_000_000),
    ["hitrate", var posts, var views] => await HitRateBench.RunAsync(int.Parse(posts), int.Parse(views)),
    ["invalidation"] => await InvalidationBench.RunAsync(writes: 1_000),
    ["invalidation", var writes] => await InvalidationBench.RunAsync(int.Parse(writes)),
    ["home", .. var rest] => await HomeBench.RunAsync(FeedBenchOptions.Of(rest)),
    ["pictures"] => await PicturesBench.RunAsync(rounds: 7),
    ["pictures", var rounds] => await PicturesBench.RunAsync(int.Parse(rounds)),
    ["proxies"] => await ProxyBench.RunAsync(requests: 20_000),
    ["search"] => await SearchBench.RunAsync(people: 20_000, posts: 100_000),
    ["search", var people, var posts] => await SearchBench.RunAsync(int.Parse(people), int.Parse(posts)),
    ["soak", .. var rest] => await SoakBench.RunAsync(SoakOptions.Of(rest)),
    ["wipe"] => await WipeBench.RunAsync(rate: 2_000),
    ["wipe", var rate] => await WipeBench.RunAsync(int.Parse(rate)),
    ["wipe", var rate, var rounds] => await WipeBench.RunAsync(int.Parse(rate), int.Parse(rounds)),
    ["storage", .. var rest] => await StorageBench.RunAsync(rest),
    ["visitors", .. var rest] => await VisitorsBench.RunAsync(VisitorsOptions.Of(rest)),
    _ => Help(),
};

static int Help()
{
    Console.WriteLine("""
        dotnet run -c Release --project bench/Tintype.Bench -- feed [--people 2000] [--posts 20000] [--rounds 7] [--requests 20000] [--connections 16] [--cluster]

          Home feed pages of 20 as JSON, for random readers with a token each, against fixed bytes of the same length served by a bare
          Kestrel in the same process, in turns. The server is a process of its own, so that its CPU time is its own. With --cluster its
          rows are on a PostgreSQL and its feeds on a Redis, started for the run. The answer goes to the screen and to bench/results/.

        dotnet run -c Release --project bench/Tintype.Bench -- celebrity [1000000 10000]

          An account with that many followers posts, and so many of them read: what is asked of the databases.

        dotnet run -c Release --project bench/Tintype.Bench -- lag [redis] [60]

          From an upload's answer until the photo is in the feeds of a thousand active followers, ten uploads a second, for a minute.

        dotnet run -c Release --project bench/Tintype.Bench -- faults [--rate 200] [--people 1000] [--posts 4000] [--mix feed=100] [--drills leader,redis,..] [--data FOLDER] [--base 7000]

          Faults in a whole cluster (deploy/cluster/up --synchronous) under steady mixed load from outside: requests that failed, the longest
          gaps, acknowledged uploads lost, time to heal. With the --data of a running one, in that; else it starts one, and ends it.

        dotnet run -c Release --project bench/Tintype.Bench -- cluster-feeds [--graph FILE] [--people 1000] [--posts 4000] [--data FOLDER] [--base 7000]

          Whole feeds of 200 people, read from such a cluster, against their definition: before, while shards move, and after.

        dotnet run -c Release --project bench/Tintype.Bench -- fanout [20000]

          Deliveries of posts to that many feeds: in process, and on Redis beside raw pipelined APPENDs; bytes an id takes there.

        dotnet run -c Release --project bench/Tintype.Bench -- costs

          What each thing people do costs a server, jobs included: what `tintype plan --costs FILE` reckons with.

        dotnet run -c Release --project bench/Tintype.Bench -- growth [--data FOLDER] [--most 1000000] [--rounds 5] [--readers 1000] [--requests 20000]

          What a feed read costs among 1,000, 10,000, 100,000 and 1,000,000 people, in turns. Populations stay in FOLDER for the next run.

        dotnet run -c Release --project bench/Tintype.Bench -- herd [10000]

          So many want one profile that no process has, at once, over three processes: how often it is loaded, without and with a Redis between them.

        dotnet run -c Release --project bench/Tintype.Bench -- hitrate [100000 2000000]

          Hit rate of the cache of cards with room for a fifth of the posts under Zipf views, beside what the best eviction could reach.

        dotnet run -c Release --project bench/Tintype.Bench -- invalidation [1000]

          From a write in one process until another, which had it cached, answers with it: over PostgreSQL and over Redis.

        dotnet run -c Release --project bench/Tintype.Bench -- wipe [2000 [5]]

          The shared level wiped so many times at so many requests a second: what fails, what comes through to the databases, when all is as before.

        dotnet run -c Release --project bench/Tintype.Bench -- home [--people 2000] [--posts 20000] [--rounds 7] [--requests 20000] [--connections 16]

          The home page with five photos, as HTML for random readers with a session each, against fixed bytes as above; and what it costs
          written whole by its component, and compressed.

        dotnet run -c Release --project bench/Tintype.Bench -- pictures [7]

          Photos of 12 megapixels made ready by the worker's job, beside libvips making the same files and nothing else, in so many turns.

        dotnet run -c Release --project bench/Tintype.Bench -- proxies

          What a page costs from each caching proxy that keeps it, and from Tintype itself.

        dotnet run -c Release --project bench/Tintype.Bench -- search [20000 100000]

          Searches in a directory of that many people and posts, and an import of 40 follows per person.

        dotnet run -c Release --project bench/Tintype.Bench -- feed-parts [--people 2000] [--posts 20000]

          The parts of such a page alone, on one thread, without HTTP around them.

        dotnet run -c Release --project bench/Tintype.Bench -- soak [--minutes 30] [--rate 100] [--people 2000] [--posts 4000] [--cards 2]

          A mixed load on everything in one process for long: memory every ten seconds, how it moves after the warm-up, what fails.

        dotnet run -c Release --project bench/Tintype.Bench -- storage [--folder PATH] [--postgres "Host=...;Database=empty"]

          Durable transactions and point reads a second, by how many ask at once, on SQLite and, where asked, on PostgreSQL.

        dotnet run -c Release --project bench/Tintype.Bench -- visitors [--visitors 50000] [--every 10] [--arrive 300] [--seconds 60] [--rounds 3] [--servers 3] [--cores 1]

          So many people stay connected and each looks into their own feed every few seconds, on a PostgreSQL and a Redis that are started for
          the run; in turns with fixed bytes of the same length from bare Kestrels with as many connections.
        """);
    return 2;
}
