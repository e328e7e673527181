using Microsoft.Extensions.Primitives;
using Tintype.Http;
using Tintype.Upload.Pictures;
using Tintype.Web.Views;

namespace Tintype.Upload;

/// <summary>A new post's form as it came in.</summary>
/// <param name="Photos">Kept already; in the order in which they are shown.</param>
/// <param name="Key">The form's own Idempotency-Key; null without.</param>
internal sealed record PostForm(
    IReadOnlyList<(MediaId Id, string? Description)> Photos, PostWords Words, string? ReturnUrl, string? Key, FormErrors Errors, int Status);

/// <summary>
/// Reads the form of a new post. Without JavaScript the photos are in it and are taken as they arrive, after the antiforgery token,
/// which is its first part; with JavaScript they were uploaded one by one before, and the form names them.
/// </summary>
internal sealed class PostForms(PhotoReception reception, PictureLimits limits)
{
    public async Task<PostForm> ReadAsync(HttpContext http, AccountId owner)
    {
        var reading = new Reading();
        UploadRequest.Allow(http, (PostText.MaxPhotos * limits.MaxBytes) + UploadRequest.FormBytes);
        var believed = http.Request.Headers.ContainsKey(Antiforgery.Header);
        if (MultipartParts.IsMultipart(http.Request))
        {
            await foreach (var part in MultipartParts.ReadAsync(http.Request, http.RequestAborted))
            {
                believed = believed || await IsTokenAsync(http, part);
                Believe(believed);
                if (!await TakeAsync(part, reading, owner, http.RequestAborted))
                {
                    break;
                }
            }
        }
        else if (http.Request.HasFormContentType)
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            Believe(believed || await Antiforgery.IsValidAsync(http, form[Antiforgery.Field].ToString()));
            foreach (var (name, values) in form)
            {
                reading.Add(name, values);
            }
        }
        return reading.End(http.Request.Headers["Idempotency-Key"]);
    }

    /// <summary>Photos with their descriptions, from two lists of equal order; an empty description takes one away.</summary>
    public static List<(MediaId Id, string? Description)> Photos(IReadOnlyList<string> ids, IReadOnlyList<string> texts) =>
        [.. ids.Select((text, index) => (Id: MediaId.TryParse(text, null, out var id) ? id : default, Text: index < texts.Count ? texts[index] : ""))
            .Where(photo => photo.Id != default)
            .Select(photo => (photo.Id, PostText.Cut(PostText.Clean(photo.Text), PostText.MaxAlt) is { Length: > 0 } alt ? alt : null))];

    private static void Believe(bool believed)
    {
        if (!believed)
        {
            throw new BadHttpRequestException("This form was open too long or did not come from here. Go back, reload the page, and send it again.");
        }
    }

    private static async Task<bool> IsTokenAsync(HttpContext http, Part part) =>
        part is Part.Field { Name: Antiforgery.Field } token && await Antiforgery.IsValidAsync(http, token.Value);

    /// <returns>False when there is no use in reading on.</returns>
    private async Task<bool> TakeAsync(Part part, Reading reading, AccountId owner, CancellationToken cancel)
    {
        if (part is Part.Field field)
        {
            reading.Add(field.Name, field.Value);
            return true;
        }
        // A file input in which nothing was chosen sends a part without a name.
        if (part is not Part.File { FileName.Length: > 0 } file)
        {
            return true;
        }
        if (reading.Kept.Count == PostText.MaxPhotos)
        {
            return reading.Refuse($"A post has at most {PostText.MaxPhotos} photos.", StatusCodes.Status422UnprocessableEntity);
        }
        switch (await reception.ReceiveAsync(file.Body, new() { AccountId = owner }, cancel))
        {
            case Reception.Kept kept:
                reading.Kept.Add(kept.Photo.Id);
                return true;
            case Reception.Refused refused:
                return reading.Refuse($"{file.FileName}: {refused.Why.Reason} Nothing was posted; choose your photos again.", refused.Status);
            default:
                return true;
        }
    }

    private sealed class Reading
    {
        private readonly Dictionary<string, StringValues> fields = [];
        private string? refusal;
        private int status = StatusCodes.Status422UnprocessableEntity;

        public List<MediaId> Kept { get; } = [];

        public void Add(string name, StringValues values) =>
            fields[name] = StringValues.Concat(fields.GetValueOrDefault(name), values);

        public bool Refuse(string message, int with)
        {
            (refusal, status) = (message, with);
            return false;
        }

        public PostForm End(StringValues key)
        {
            List<(MediaId Id, string? Description)> photos = [.. Photos(Texts("mediaId"), Texts("alt")), .. Kept.Select(id => (id, (string?)null))];
            refusal ??= photos.Count switch
            {
                0 => "Choose at least one photo.",
                > PostText.MaxPhotos => $"A post has at most {PostText.MaxPhotos} photos.",
                _ => null,
            };
            var tagged = Text("tagged").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new PostForm(
                [.. photos.DistinctBy(photo => photo.Id)], new PostWords(Text("caption"), Text("place"), tagged), Text("returnUrl"),
                key.ToString() is { Length: > 0 and <= 200 } text ? text : null,
                refusal is null ? FormErrors.None : FormErrors.Of("photos", refusal), status);
        }

        private string Text(string name) => fields.GetValueOrDefault(name).LastOrDefault() ?? "";

        private string[] Texts(string name) => [.. fields.GetValueOrDefault(name).Select(text => text ?? "")];
    }
}
