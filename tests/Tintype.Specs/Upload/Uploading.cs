using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Upload;

/// <summary>What people in the <see cref="World"/> do with photos through the API.</summary>
internal static class Uploading
{
    public static async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(
        this PersonInWorld person, byte[] bytes, string path = "/api/v1/media", string fileName = "photo.jpg", string? description = null, string? focus = null)
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        form.Add(file, "file", fileName);
        if (description is not null)
        {
            form.Add(new StringContent(description), "description");
        }
        if (focus is not null)
        {
            form.Add(new StringContent(focus), "focus");
        }
        using var response = await person.Http.PostAsync(path, form);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>Uploads and waits until it is ready; the photo's id.</summary>
    public static async Task<string> UploadAsync(this PersonInWorld person, byte[]? bytes = null, string? description = null)
    {
        var (status, json) = await person.SendAsync(bytes ?? Samples.Jpeg(), description: description);
        Assert.True(status == HttpStatusCode.OK, json.ToString());
        return json.GetProperty("id").GetString()!;
    }

    /// <summary>Uploads a photo and posts it; the status.</summary>
    public static async Task<JsonElement> UploadAndPostAsync(this PersonInWorld person, string text = "a photo", byte[]? bytes = null) =>
        await person.PostAsync("/api/v1/statuses", new { status = text, media_ids = new[] { await person.UploadAsync(bytes) } });

    public static string Id(this JsonElement entity) => entity.GetProperty("id").GetString()!;

    /// <summary>The refusal of a request, which must be a JSON error.</summary>
    public static async Task<(HttpStatusCode Status, string Error)> RefusedAsync(this HttpClient http, HttpMethod method, string path, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.False(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return (response.StatusCode, JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()!);
    }
}
