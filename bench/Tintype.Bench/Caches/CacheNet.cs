using System.Globalization;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tintype.Http;
using Tintype.Servers;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Bench.Caches;

/// <summary>What the processes of a network did until a moment, all of them together unless asked for one.</summary>
/// <param name="Statements">Reads asked of the databases.</param>
/// <param name="Gaps">Times that a process missed words of others and aged what it had.</param>
/// <param name="Loads">Of cached values from the databases, by process and cache.</param>
internal sealed record CacheNetSample(double Statements, double Gaps, IReadOnlyList<IReadOnlyDictionary<string, CacheReport>> Loads)
{
    public long LoadsOf(string cache) => Enumerable.Range(0, Loads.Count).Sum(process => LoadsOf(cache, process));

    public long LoadsOf(string cache, int process) => Loads[process].TryGetValue(cache, out var report) ? report.Loads : 0;

    public long AllLoads => Loads.Sum(process => process.Values.Sum(report => report.Loads));
}

/// <summary>Several processes of the binary as it ships on one PostgreSQL, with or without a Redis between them, started for the run.</summary>
internal sealed class CacheNet : IAsyncDisposable
{
    // A schema more is 20 tables more to make; one machine has one database.
    private const int Shards = 4;

    private readonly string folder = Directory.CreateTempSubdirectory("tintype-caches-").FullName;
    private readonly List<TintypeProcess> processes = [];
    private readonly HttpClient http = new();
    private PostgresServer postgres = null!;
    private string database = "";
    private WebApplication beside = null!;

    /// <summary>The shared level; null: none.</summary>
    public MemoryServer? Redis { get; private set; }

    public IReadOnlyList<Uri> Urls => [.. processes.Select(process => process.Url)];

    /// <param name="settings">Of the processes: names and values, without the section.</param>
    public static async Task<CacheNet> StartAsync(int count, bool onRedis, params (string Name, string Value)[] settings)
    {
        var net = new CacheNet { Redis = onRedis ? await MemoryServer.StartAsync(MemoryKind.Redis) : null };
        net.postgres = await PostgresServer.StartAsync();
        net.database = await net.postgres.CreateDatabaseAsync("bench");
        net.beside = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], known =>
        {
            known.Data = net.folder;
            known.Roles = "profile";
            known.Storage.Shards = Shards;
            known.Storage.AccountsServers = known.Storage.ContentServers = known.Storage.SocialServers = [net.database];
            known.Memory.Servers = net.RedisAddress;
        });
        await net.beside.StartAsync();
        string[] args =
        [
            "--roles", "profile", $"--Tintype:Storage:Shards={Shards}", .. new[] { "Accounts", "Content", "Social" }.Select(cluster => $"--Tintype:Storage:{cluster}Servers:0={net.database}"),
            $"--Tintype:Memory:Servers={net.RedisAddress}", .. settings.Select(setting => $"--Tintype:{setting.Name}={setting.Value}"),
        ];
        for (var n = 0; n < count; n++)
        {
            net.processes.Add(await TintypeProcess.ServeAsync(net.folder, args));
        }
        return net;
    }

    /// <summary>Of one more process of the network: this one.</summary>
    public T Get<T>() where T : notnull => beside.Services.GetRequiredService<T>();

    private string RedisAddress => Redis?.Configuration ?? "";

    /// <summary>So many people, whom no process has looked at.</summary>
    public async Task<AccountId[]> PeopleAsync(string name, int count)
    {
        var (accounts, ids, now) = (Get<AccountTable>(), Get<IdGenerator>(), TimeProvider.System.GetUtcNow());
        var made = new AccountId[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            made[i] = ids.NextAnywhere<Account>();
            await accounts.CreateAsync(new Account
            {
                Id = made[i], Username = string.Create(CultureInfo.InvariantCulture, $"{name}{i}"), DisplayName = $"{name} {i}", CreatedAt = now.AddDays(-200),
            });
        });
        return made;
    }

    /// <summary>The request of a stranger who looks at a person.</summary>
    public static byte[] Profile(AccountId person) => System.Text.Encoding.ASCII.GetBytes($"GET /api/v1/accounts/{person} HTTP/1.1\r\nHost: photos.example\r\n\r\n");

    public async Task<CacheNetSample> SampleAsync()
    {
        var metrics = string.Concat(await Task.WhenAll(processes.Select(process => http.GetStringAsync(new Uri(process.Url, "/metrics")))));
        var loads = await Task.WhenAll(processes.Select(async process =>
            (IReadOnlyDictionary<string, CacheReport>)(await http.GetFromJsonAsync<List<CacheReport>>(new Uri(process.Url, "/metrics/caches"), Health.CachesJson))!.ToDictionary(report => report.Name)));
        return new CacheNetSample(Sum(metrics, "tintype_statements_total{", "kind=\"read\""), Sum(metrics, "tintype_invalidation_gaps_total ", ""), loads);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
        await beside.StopAsync();
        await beside.DisposeAsync();
        await (Redis?.DisposeAsync() ?? ValueTask.CompletedTask);
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static double Sum(string metrics, string name, string label) => metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
