using System.Buffers.Binary;

namespace Tintype.Commands.Load;

/// <summary>A JPEG to upload, different each time by a comment in it, as no two photos are the same file.</summary>
internal sealed class UploadPicture(byte[] jpeg)
{
    private const int CommentLength = 18;

    /// <exception cref="SettingsException">Not a JPEG.</exception>
    public static async Task<UploadPicture> ReadAsync(string file, CancellationToken cancel)
    {
        var bytes = File.Exists(file) ? await File.ReadAllBytesAsync(file, cancel) : throw new SettingsException($"There is no file {file}.");
        return bytes is [0xFF, 0xD8, ..] ? new UploadPicture(bytes) : throw new SettingsException($"{file} is not a JPEG.");
    }

    public byte[] Next()
    {
        // SOI; then COM (FF FE), its length, sixteen random bytes; then the picture as it was.
        var next = new byte[jpeg.Length + 2 + CommentLength];
        jpeg.AsSpan(0, 2).CopyTo(next);
        next[2] = 0xFF;
        next[3] = 0xFE;
        BinaryPrimitives.WriteUInt16BigEndian(next.AsSpan(4), CommentLength);
        Random.Shared.NextBytes(next.AsSpan(6, 16));
        jpeg.AsSpan(2).CopyTo(next.AsSpan(4 + CommentLength));
        return next;
    }
}
