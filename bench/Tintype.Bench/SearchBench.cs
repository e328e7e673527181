using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Tintype.Storage;
using Tintype.Storage.Migrations;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Search;

namespace Tintype.Bench;

/// <summary>
/// What one search costs the directory (embedded), and how fast a graph of follows is imported: straight on the tables, without HTTP or
/// caches. Names and captions are made of syllables, so that prefixes and misspellings meet as many neighbours as real ones do.
/// </summary>
internal static class SearchBench
{
    private const int Searches = 300;
    private static readonly string[] Syllables = ["an", "ka", "lo", "mi", "ne", "ri", "sa", "to", "va", "el", "jo", "ber", "dan", "fin", "gus", "hol", "ing", "mar", "ole", "tor"];

    public static async Task<int> RunAsync(int people, int posts)
    {
        var folder = Directory.CreateTempSubdirectory("tintype-bench-").FullName;
        try
        {
            await using var map = EmbeddedStorage.Open(folder, 64);
            await new Migrator(map).MigrateAsync();
            var ids = new IdGenerator(TimeProvider.System, map.Shards);
            var router = new ShardRouter(map, ids);
            var directory = new DirectoryTable(router);
            Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, load {await LoadAsync()}; {people:N0} people, {posts:N0} posts");

            var accounts = Enumerable.Range(0, people).Select(_ => ids.NextAnywhere<Account>()).ToArray();
            await RateAsync("people listed", people, () => EachAsync(accounts, (id, random) =>
                directory.PutPersonAsync(new ListedPerson(id, Word(random, 3), [Word(random, 3), Word(random, 2)], random.Next(1000)))));
            await RateAsync("posts listed", posts, () => EachAsync(Enumerable.Range(0, posts), (_, random) => directory.PutPostAsync(new ListedPost(
                ids.Next<Post>(random.Next(map.Shards)), accounts[random.Next(people)], [.. Enumerable.Range(0, 8).Select(_ => Word(random, 2))], [Word(random, 2), Word(random, 1)], null, random.NextDouble()))));
            var graph = accounts.SelectMany((fan, index) => new Random(index).GetItems(accounts, 40).Select(star => (fan, star))).ToList();
            await RateAsync("follows imported, both sides", graph.Count, () =>
                new FollowImport(router, new OutboxTable(TimeProvider.System, ids, new JobSignal()), TimeProvider.System).AddAsync(graph));

            await TimeAsync("people, beginning of 2 letters", random => directory.FindPeopleAsync([Word(random, 1)[..2]], alike: true, 100));
            await TimeAsync("people, beginning of 4 letters", random => directory.FindPeopleAsync([Word(random, 2)[..4]], alike: true, 100));
            await TimeAsync("people, misspelled", random => directory.FindPeopleAsync([Misspelled(Word(random, 3))], alike: true, 100));
            await TimeAsync("tags, beginning", random => directory.FindTagsAsync(Word(random, 1), 100));
            await TimeAsync("photos, one word", random => directory.FindPostsAsync([Word(random, 2)], IdRange.Newest(24)));
            await TimeAsync("photos, two words", random => directory.FindPostsAsync([Word(random, 2), Word(random, 1)], IdRange.Newest(24)));
            await TimeAsync("explore", random => directory.TopPostsAsync(24, random.Next(10) * 24));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    private static async Task RateAsync(string what, int count, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-34} {count / watch.Elapsed.TotalSeconds,10:N0} /s"));
    }

    private static async Task TimeAsync(string what, Func<Random, Task> search)
    {
        var took = new double[Searches];
        for (var i = 0; i < Searches; i++)
        {
            var random = new Random(i);
            var watch = Stopwatch.StartNew();
            await search(random);
            took[i] = watch.Elapsed.TotalMilliseconds;
        }
        Array.Sort(took);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-34} median {took[Searches / 2],7:N2} ms   p95 {took[Searches * 95 / 100],7:N2} ms"));
    }

    private static Task EachAsync<T>(IEnumerable<T> items, Func<T, Random, Task> write) =>
        Parallel.ForEachAsync(items.Index(), new ParallelOptions { MaxDegreeOfParallelism = 128 }, async (item, _) => await write(item.Item, new Random(item.Index)));

    private static string Word(Random random, int syllables) => string.Concat(random.GetItems(Syllables, syllables));

    private static string Misspelled(string word) => word.Remove(word.Length / 2, 1);

    private static async Task<string> LoadAsync() => OperatingSystem.IsLinux() ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0] : "unknown";
}
