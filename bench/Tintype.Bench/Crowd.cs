using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NetVips;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Upload.Pictures;

namespace Tintype.Bench;

/// <param name="Bearer">A token of every scope.</param>
internal sealed record Visitor(AccountId Id, string Bearer);

/// <summary>The app as it ships, all roles in this process on an embedded database of its own, and people who come over HTTP.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tintype-crowd-").FullName;
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
    private WebApplication app = null!;

    public IServiceProvider Services => app.Services;

    public static async Task<Crowd> StartAsync(Action<Settings>? adjust = null)
    {
        var crowd = new Crowd();
        crowd.app = await TintypeApp.BuildAsync(["--urls=http://127.0.0.1:0"], settings =>
        {
            settings.Data = crowd.folder;
            settings.RateLimits.Enabled = false;
            settings.PublicUrl = "https://photos.example";
            adjust?.Invoke(settings);
        });
        await crowd.app.StartAsync();
        crowd.http.BaseAddress = new Uri(crowd.app.Urls.First());
        crowd.http.DefaultRequestHeaders.Host = "photos.example";
        return crowd;
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public async Task<Visitor[]> PeopleAsync(string name, int count)
    {
        var (accounts, tokens, ids) = (Get<AccountTable>(), Get<TokenTable>(), Get<IdGenerator>());
        var now = TimeProvider.System.GetUtcNow();
        return await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            var id = ids.NextAnywhere<Account>();
            await accounts.CreateAsync(new Account { Id = id, Username = name + i.ToString(CultureInfo.InvariantCulture), DisplayName = $"{name} {i}", CreatedAt = now.AddDays(-200) });
            var (bearer, _) = await tokens.IssueAsync(id.Shard, new AccessToken
            {
                Kind = TokenKind.OAuth, AccountId = id, Scopes = "read write follow push", CreatedAt = now, LastUsedAt = now,
            });
            return new Visitor(id, bearer);
        }));
    }

    /// <summary>The first page of a home feed as it is answered.</summary>
    public async Task<string> HomeAsync(Visitor reader)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/api/v1/timelines/home?limit=20", reader, null);
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task ProfileAsync(Visitor reader, AccountId person)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/api/v1/accounts/{person}", reader, null);
    }

    public async Task FollowAsync(Visitor follower, AccountId person)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/api/v1/accounts/{person}/follow", follower, null);
    }

    /// <summary>Uploads a picture; it is safe when this returns.</summary>
    public async Task<MediaId> UploadAsync(Visitor author, byte[] jpeg)
    {
        using var file = new ByteArrayContent(jpeg);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var form = new MultipartFormDataContent { { file, "file", "photo.jpg" } };
        using var answer = await SendAsync(HttpMethod.Post, "/api/v2/media", author, form);
        return MediaId.Parse((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!, CultureInfo.InvariantCulture);
    }

    /// <summary>Posts it, once its renditions are there.</summary>
    public async Task<PostId> PostAsync(Visitor author, MediaId photo)
    {
        using var words = JsonContent.Create(new { status = "a harbour at sunrise", media_ids = new[] { photo.ToString() } });
        using var answer = await SendAsync(HttpMethod.Post, "/api/v1/statuses", author, words);
        return PostId.Parse((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!, CultureInfo.InvariantCulture);
    }

    /// <summary>A small picture like no other.</summary>
    public static byte[] Jpeg(int number)
    {
        Codecs.Prepare();
        using var noise = Image.Gaussnoise(320, 240, mean: 128, sigma: 20, seed: number);
        using var picture = noise.Cast(Enums.BandFormat.Uchar).Bandjoin([noise.Cast(Enums.BandFormat.Uchar), noise.Cast(Enums.BandFormat.Uchar)]).Copy(interpretation: Enums.Interpretation.Srgb);
        return picture.JpegsaveBuffer(q: 80);
    }

    /// <summary>Waits until no job is due.</summary>
    public async Task JobsDoneAsync()
    {
        var map = Get<Storage.Shards.ShardMap>();
        while (true)
        {
            var soon = TimeProvider.System.GetUtcNow().AddMinutes(1);
            var counts = await Task.WhenAll(Enum.GetValues<Storage.Shards.Cluster>().SelectMany(map.PartitionsOf).Select(partition => Get<OutboxTable>().CountAsync(partition)));
            if (!counts.SelectMany(some => some).Any(count => count.State == OutboxState.Ready && count.Oldest < soon))
            {
                return;
            }
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Visitor who, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Bearer);
        var answer = await http.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        return answer;
    }
}
