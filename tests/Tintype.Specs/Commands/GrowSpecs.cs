using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Tintype.Servers;
using Tintype.Specs.Accounts;
using Tintype.Specs.Backends;
using Tintype.Specs.Upload;
using Tintype.Specs.Upload.Pictures;
using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Specs.Commands;

/// <summary>An instance with people, photos and jobs moves to PostgreSQL and Ceph while they use it, and home again.</summary>
public sealed class GrowSpecs : IAsyncLifetime
{
    private const int Shards = 4;
    private const int Refused = 2;
    private static int made;

    private readonly Dictionary<string, string> engines = [];
    private World world = null!;
    private string folder = "";
    private string database = "";
    private bool isGrown;

    public async ValueTask InitializeAsync()
    {
        var (ceph, number) = (await CephServer.Shared, Interlocked.Increment(ref made));
        database = $"grow_{number}";
        var server = await (await PostgresServer.Shared).CreateDatabaseAsync(database);
        foreach (var cluster in new[] { "Accounts", "Content", "Social" })
        {
            engines[$"Tintype__Storage__{cluster}Servers__0"] = server;
        }
        foreach (var (knob, value) in new[] { ("Store", "S3"), ("Url", ceph.Url), ("Bucket", $"grow-{number}"), ("AccessKey", CephServer.AccessKey), ("SecretKey", CephServer.SecretKey) })
        {
            engines[$"Tintype__Objects__{knob}"] = value;
        }
        // How many shards the servers are to have is told by the folder; on the way home by the settings.
        engines["Tintype__Storage__Shards"] = $"{Shards}";
        world = await World.StartAsync(settings =>
        {
            settings.Storage.Shards = Shards;
            folder = settings.Data;
            if (isGrown)
            {
                settings.Storage.AccountsServers = settings.Storage.ContentServers = settings.Storage.SocialServers = [server];
                S3World.OnCeph(settings.Objects, ceph);
                settings.Objects.Bucket = $"grow-{number}";
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        await (await PostgresServer.Shared).DropDatabaseAsync(database);
    }

    [Fact]
    public async Task Everything_is_the_same_there_and_back_again_however_often_the_move_is_killed()
    {
        var (alice, bob, eve) = (await world.Alice, await world.Bob, await world.PersonAsync("eve", isPrivate: true));
        using var carol = await Visitor.JoinedAsync(world, "caroline");
        var deleted = (await alice.UploadAndPostAsync("to be deleted", Samples.Jpeg(321, 200))).Id();
        await bob.PostAsync($"/api/v1/accounts/{alice.Id}/follow");
        await eve.UploadAndPostAsync("for friends", Samples.Jpeg(640, 480));
        for (var photo = 0; photo < 8; photo++)
        {
            await alice.UploadAndPostAsync($"number {photo} #café", Samples.CameraJpeg(width: 700 + photo, height: 500));
        }
        await bob.PostAsync($"/api/v1/statuses/{(await HomeAsync(bob))[0].Id()}/favourite");
        await world.JobsDone();

        // Killed among the rows, and among the objects; each time it goes on where it was.
        await KilledAsync("grow.json", text => text.Contains("content.posts", StringComparison.Ordinal));
        await KilledAsync("grow.objects", text => text.Count(letter => letter == '\n') > 10);
        await SucceedsAsync();

        // The site goes on meanwhile.
        await alice.UploadAndPostAsync("while it moves #late", Samples.Jpeg(900, 600));
        await alice.Http.DeleteAsync($"/api/v1/statuses/{deleted}");
        await eve.PostAsync($"/api/v1/accounts/{alice.Id}/follow");
        await bob.PostAsync($"/api/v1/accounts/{alice.Id}/unfollow");
        await bob.PostAsync($"/api/v1/accounts/{alice.Id}/follow");
        await SettleAsync();
        Assert.Contains("Stop it first", await IsRefusedAsync("--finish"), StringComparison.Ordinal);
        var before = await SeenAsync();

        await world.StopAsync();
        await SucceedsAsync("--finish");
        await SucceedsAsync("--verify");
        var moved = await Assert.ThrowsAsync<SettingsException>(() => TintypeApp.BuildAsync([$"--Tintype:Data={folder}"]));
        Assert.Contains("the instance moved", moved.Message, StringComparison.Ordinal);
        isGrown = true;
        await world.StartAgainAsync();

        Assert.IsType<S3ObjectStore>(world.Get<IObjectStore>());
        Assert.Equal(before, await SeenAsync());
        Assert.True(await carol.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.SeeOther, (await carol.SendFileAsync("/settings", "/settings", "avatar", Samples.Jpeg(500, 300), ("displayName", "Carol on the servers"))).Status);
        await alice.UploadAndPostAsync("on the servers #far", Samples.Jpeg(1000, 700));
        await SettleAsync();
        var grown = await SeenAsync();
        Assert.Contains("stop the servers first", await IsRefusedAsync("--back"), StringComparison.Ordinal);

        await world.StopAsync();
        await KilledAsync("grow.objects", text => text.Count(letter => letter == '\n') > 5, "--back");
        Assert.Contains("half way", (await Assert.ThrowsAsync<SettingsException>(() => TintypeApp.BuildAsync([$"--Tintype:Data={folder}"]))).Message, StringComparison.Ordinal);
        await SucceedsAsync("--back");
        isGrown = false;
        await world.StartAgainAsync();

        Assert.IsType<FileObjectStore>(world.Get<IObjectStore>());
        Assert.Equal(grown, await SeenAsync());
        Assert.True(await carol.IsSignedInAsync());
        Assert.Contains("Carol on the servers", (await carol.GetAsync("/@caroline")).Text, StringComparison.Ordinal);
        await alice.UploadAndPostAsync("at home", Samples.Jpeg(1010, 700));
    }

    [Fact]
    public async Task A_change_of_mind_leaves_the_instance_as_it_is_and_another_instance_is_never_overwritten()
    {
        await world.Alice;
        await SucceedsAsync();
        await SucceedsAsync("--cancel");

        Assert.Contains("holds an instance already", await IsRefusedAsync(), StringComparison.Ordinal);
        await (await world.Bob).UploadAndPostAsync();
        await world.StopAsync();
        Assert.Contains("run 'tintype grow' first", await IsRefusedAsync("--finish"), StringComparison.Ordinal);
        Assert.Contains("has not moved away", await IsRefusedAsync("--back"), StringComparison.Ordinal);
        await world.StartAgainAsync();
        await (await world.Bob).UploadAndPostAsync();
    }

    /// <summary>Nothing waits, and no cache shows a count of a moment ago.</summary>
    private async Task SettleAsync()
    {
        await world.JobsDone();
        await world.RestartAsync();
    }

    /// <summary>What people see: feeds, profiles, search, and every photo under its address.</summary>
    private async Task<string> SeenAsync()
    {
        var seen = new List<string>();
        foreach (var person in new[] { await world.Alice, await world.Bob, await world.PersonAsync("eve") })
        {
            var photos = $"/api/v1/accounts/{(await world.Alice).Id}/statuses";
            foreach (var path in new[] { "/api/v1/timelines/home", "/api/v1/accounts/verify_credentials", photos, "/api/v2/search?q=%23cafe", "/api/v2/search?q=alice", "/api/v1/notifications" })
            {
                seen.Add($"{person.Username} {path} {await person.GetAsync(path)}");
            }
            foreach (var status in await HomeAsync(person))
            {
                var url = status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!;
                seen.Add($"{url} {Convert.ToHexString(SHA256.HashData(await world.Stranger.GetByteArrayAsync(url)))}");
            }
        }
        return string.Join('\n', seen);
    }

    private static async Task<List<JsonElement>> HomeAsync(PersonInWorld person) => [.. (await person.GetAsync("/api/v1/timelines/home")).EnumerateArray()];

    /// <summary>Starts the move and kills it as soon as a file of its state says so.</summary>
    private async Task KilledAsync(string file, Func<string, bool> when, string? step = null)
    {
        using var process = Start(step);
        var said = SaidAsync(process);
        var path = Path.Combine(folder, file);
        while (!process.HasExited && !(File.Exists(path) && when(await ReadAsync(path))))
        {
            await Task.Delay(1);
        }
        process.Kill();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 137, $"it was through before it could be killed, or failed: {await said}");
    }

    private async Task SucceedsAsync(string? step = null)
    {
        var (code, said) = await RunAsync(step);
        Assert.True(code == 0, said);
    }

    private async Task<string> IsRefusedAsync(string? step = null)
    {
        var (code, said) = await RunAsync(step);
        Assert.True(code == Refused, said);
        return said;
    }

    private async Task<(int Code, string Said)> RunAsync(string? step)
    {
        using var process = Start(step);
        var said = SaidAsync(process);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return (process.ExitCode, await said);
    }

    private Process Start(string? step)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Tintype"), ["grow", "--data", folder, .. step is null ? [] : new[] { step }])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in engines)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    private static async Task<string> SaidAsync(Process process)
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return await output + await errors;
    }

    private static async Task<string> ReadAsync(string path)
    {
        await using var shared = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(shared);
        return await reader.ReadToEndAsync();
    }
}
