using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tintype.Commands.Load;

/// <summary>A post whose upload was acknowledged.</summary>
internal sealed record Acknowledged(Visitor Author, string Post);

/// <summary>An answer that is not what was asked for.</summary>
internal sealed class RefusedException(int status) : Exception($"status {status}");

/// <summary>Does what visitors do, over HTTP as an app would. What feeds show is what gets opened, liked and looked at.</summary>
internal sealed class Visit(HttpClient http, UploadPicture picture)
{
    // What was seen last, by whom it was posted and where its picture is: newer things push out older ones.
    private const int Remembered = 4096;

    private readonly (string Post, string Author, string Username, string Picture)[] seen = new (string, string, string, string)[Remembered];
    private int seenCount;
    private int feeds;

    /// <summary>Posts of ours that were acknowledged.</summary>
    public ConcurrentBag<Acknowledged> Uploads { get; } = [];

    /// <exception cref="RefusedException">Answered with a status that is not a success.</exception>
    /// <exception cref="HttpRequestException">Not answered.</exception>
    public Task DoAsync(Deed deed, Visitor visitor, CancellationToken cancel) => deed switch
    {
        Deed.Feed => FeedAsync(visitor, cancel),
        Deed.Profile => Any() is { } seen ? GetAsync($"/api/v1/accounts/{seen.Author}/statuses?limit=20", visitor, cancel) : FeedAsync(visitor, cancel),
        // Signed out: what everybody may see is what proxies keep.
        Deed.Search => GetAsync($"/api/v2/search?q={Uri.EscapeDataString(Any()?.Username[..3] ?? "pho")}", null, cancel),
        Deed.Media => Any() is { } shown ? GetAsync(shown.Picture, null, cancel) : FeedAsync(visitor, cancel),
        Deed.Like => Any() is { } liked ? PostAsync($"/api/v1/statuses/{liked.Post}/favourite", null, visitor, cancel) : FeedAsync(visitor, cancel),
        _ => UploadAsync(visitor, cancel),
    };

    /// <summary>GETs as this visitor; the status tells.</summary>
    public async Task<int> StatusAsync(string path, Visitor? visitor, CancellationToken cancel)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, visitor, cancel);
        return (int)response.StatusCode;
    }

    public async Task<JsonElement> JsonAsync(string path, Visitor? visitor, CancellationToken cancel)
    {
        using var response = Good(await SendAsync(HttpMethod.Get, path, null, visitor, cancel));
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
    }

    private async Task FeedAsync(Visitor visitor, CancellationToken cancel)
    {
        using var response = Good(await SendAsync(HttpMethod.Get, "/api/v1/timelines/home?limit=20", null, visitor, cancel));
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        // Reading one in twenty is enough to know what there is, and leaves the processor to the server.
        if (Interlocked.Increment(ref feeds) % 20 == 1)
        {
            Remember(body);
        }
    }

    private async Task UploadAsync(Visitor visitor, CancellationToken cancel)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(picture.Next());
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "file", "photo.jpg");
        using var uploaded = Good(await SendAsync(HttpMethod.Post, "/api/v2/media", form, visitor, cancel));
        var media = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetString();
        using var posted = Good(await SendAsync(
            HttpMethod.Post, "/api/v1/statuses", JsonContent.Create(new { status = "A photo", media_ids = new[] { media } }), visitor, cancel));
        Uploads.Add(new Acknowledged(visitor, (await posted.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetString()!));
    }

    private async Task GetAsync(string path, Visitor? visitor, CancellationToken cancel)
    {
        using var response = Good(await SendAsync(HttpMethod.Get, path, null, visitor, cancel));
        await response.Content.CopyToAsync(Stream.Null, cancel);
    }

    private async Task PostAsync(string path, HttpContent? body, Visitor visitor, CancellationToken cancel)
    {
        using var response = Good(await SendAsync(HttpMethod.Post, path, body, visitor, cancel));
        await response.Content.CopyToAsync(Stream.Null, cancel);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, Visitor? visitor, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (visitor is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", visitor.Token);
        }
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    private static HttpResponseMessage Good(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return response;
        }
        var status = (int)response.StatusCode;
        response.Dispose();
        throw new RefusedException(status);
    }

    private void Remember(byte[] feed)
    {
        using var statuses = JsonDocument.Parse(feed);
        foreach (var status in statuses.RootElement.EnumerateArray())
        {
            var author = status.GetProperty("account");
            var pictures = status.GetProperty("media_attachments");
            if (pictures.GetArrayLength() > 0 && pictures[0].GetProperty("preview_url").GetString() is { } address)
            {
                seen[(uint)(Interlocked.Increment(ref seenCount) - 1) % Remembered] =
                    (status.GetProperty("id").GetString()!, author.GetProperty("id").GetString()!, author.GetProperty("username").GetString()!, new Uri(address).PathAndQuery);
            }
        }
    }

    private (string Post, string Author, string Username, string Picture)? Any()
    {
        var known = Math.Min(seenCount, Remembered);
        return known == 0 ? null : seen[Random.Shared.Next(known)] is { Post: not null } one ? one : null;
    }
}
