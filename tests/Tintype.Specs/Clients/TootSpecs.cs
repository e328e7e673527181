using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Tintype.Specs.Clients;

public sealed partial class TootSpecs(World world) : IClassFixture<World>, IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("tintype-toot-").FullName;

    [Fact]
    public async Task The_command_line_client_toot_works_unmodified()
    {
        var app = await SignedUpPerson.RegisterAppAsync(world);
        await LogInAsync(app, "tootalice", "tootbob");
        var host = world.Url["http://".Length..];
        string[] alice = ["-u", $"tootalice@{host}"], bob = ["-u", $"tootbob@{host}"];
        var tag = $"toot{Random.Shared.Next():x}";
        using var photo = new TemporaryPhoto();

        Assert.Contains("running Mastodon", await TootAsync("instance", "--disable-https", host), StringComparison.Ordinal);
        Assert.Contains("@tootalice", await TootAsync(["whoami", .. alice]), StringComparison.Ordinal);
        Assert.Contains("Toot posted", await TootAsync(["post", $"Golden hour #{tag}", "-m", photo.Path, "-d", "a colour gradient", .. alice]), StringComparison.Ordinal);
        Assert.Contains("now following", await TootAsync(["follow", "tootalice", .. bob]), StringComparison.Ordinal);
        var timeline = await TootAsync(["timeline", "--once", "-c", "5", .. bob]);
        Assert.Contains($"#{tag}", timeline, StringComparison.Ordinal);
        Assert.Contains("Media:", timeline, StringComparison.Ordinal);
        var id = IdLine().Match(timeline).Groups[1].Value;

        Assert.Contains("@tootbob", await TootAsync(["followers", "tootalice", .. bob]), StringComparison.Ordinal);
        Assert.Contains("@tootalice", await TootAsync(["following", "tootbob", .. bob]), StringComparison.Ordinal);
        Assert.Contains("favourited", await TootAsync(["favourite", id, .. bob]), StringComparison.Ordinal);
        Assert.Contains("Toot posted", await TootAsync(["post", "Lovely light, @tootalice", "-r", id, .. bob]), StringComparison.Ordinal);
        Assert.Contains("Lovely light", await TootAsync(["thread", id, .. alice]), StringComparison.Ordinal);
        Assert.Contains("bookmarked", await TootAsync(["bookmark", id, .. bob]), StringComparison.Ordinal);
        Assert.Contains($"#{tag}", await TootAsync(["bookmarks", "--once", .. bob]), StringComparison.Ordinal);
        await World.Until(async () => (await TootAsync(["notifications", .. alice])) is var news
            && news.Contains("favourited your status", StringComparison.Ordinal) && news.Contains("now follows you", StringComparison.Ordinal)
            && news.Contains("mentioned you", StringComparison.Ordinal), "toot shows Alice a like, a follow and a mention");
        await World.Until(async () => (await TootAsync(["timeline", "-t", tag, "--once", .. bob])).Contains($"#{tag}", StringComparison.Ordinal), "the tag's timeline has the post");
        Assert.Contains("unfavourited", await TootAsync(["unfavourite", id, .. bob]), StringComparison.Ordinal);
        Assert.Contains("no longer following", await TootAsync(["unfollow", "tootalice", .. bob]), StringComparison.Ordinal);
        Assert.Contains("deleted", await TootAsync(["delete", id, .. alice]), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(home, recursive: true);

    /// <summary>Writes toot's own configuration, as its log-in leaves it.</summary>
    private async Task LogInAsync(SignedUpPerson.App app, params string[] usernames)
    {
        var host = world.Url["http://".Length..];
        var users = new Dictionary<string, object>();
        foreach (var username in usernames)
        {
            users[$"{username}@{host}"] = new { instance = host, username, access_token = await new SignedUpPerson(world, username).SignUpAsync(app) };
        }
        Directory.CreateDirectory(Path.Combine(home, "toot"));
        await File.WriteAllTextAsync(Path.Combine(home, "toot", "config.json"), JsonSerializer.Serialize(new
        {
            apps = new Dictionary<string, object> { [host] = new { instance = host, base_url = world.Url, client_id = app.ClientId, client_secret = app.ClientSecret } },
            users,
            active_user = users.Keys.First(),
        }));
    }

    private Task<string> TootAsync(params string[] arguments) =>
        ClientProcess.RunAsync("toot", arguments, new Dictionary<string, string>
        {
            ["XDG_CONFIG_HOME"] = home, ["PYTHONUNBUFFERED"] = "1", ["NO_PROXY"] = "127.0.0.1,localhost", ["no_proxy"] = "127.0.0.1,localhost", ["NO_COLOR"] = "1",
        }, home);

    [GeneratedRegex(@"ID (\d+)")]
    private static partial Regex IdLine();
}
