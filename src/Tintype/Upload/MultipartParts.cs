using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Tintype.Upload;

/// <summary>A part of a multipart body.</summary>
internal abstract record Part(string Name)
{
    internal sealed record Field(string Name, string Value) : Part(Name);

    /// <param name="FileName">As the sender calls it: for messages only.</param>
    /// <param name="Body">To be read before the next part is asked for.</param>
    internal sealed record File(string Name, string FileName, Stream Body) : Part(Name);
}

/// <summary>Reads a multipart body part by part, as it arrives: ten photos are never in memory, nor on disk twice.</summary>
internal static class MultipartParts
{
    private const int MaxFieldBytes = 64 * 1024;
    private const int MaxParts = 200;

    public static bool IsMultipart(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && type.Boundary.Length > 0;

    /// <exception cref="BadHttpRequestException">The body is not what its header says.</exception>
    public static async IAsyncEnumerable<Part> ReadAsync(HttpRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).ToString();
        var reader = new MultipartReader(boundary, request.Body);
        for (var count = 0; await NextAsync(reader, cancel) is { } section; count++)
        {
            if (count == MaxParts)
            {
                throw new BadHttpRequestException("The form has too many parts.", StatusCodes.Status400BadRequest);
            }
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                continue;
            }
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (disposition.IsFileDisposition())
            {
                var fileName = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
                yield return new Part.File(name, fileName.ToString(), section.Body);
            }
            else
            {
                yield return new Part.Field(name, await ReadFieldAsync(section.Body, cancel));
            }
        }
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancel);
        }
        catch (Exception broken) when (broken is InvalidDataException || broken is IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The upload broke off or is not a valid form.", StatusCodes.Status400BadRequest, broken);
        }
    }

    private static async Task<string> ReadFieldAsync(Stream body, CancellationToken cancel)
    {
        var bytes = new byte[MaxFieldBytes + 1];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return read <= MaxFieldBytes
            ? Encoding.UTF8.GetString(bytes, 0, read)
            : throw new BadHttpRequestException("A field of the form is too long.", StatusCodes.Status413PayloadTooLarge);
    }
}
