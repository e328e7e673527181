namespace Tintype.Storage.Objects;

/// <summary>The next <paramref name="length"/> bytes of a stream, as a stream of their own; closing it closes the other.</summary>
/// <param name="patience">How long a read may take until it fails as an <see cref="IOException"/>; null is for ever.</param>
internal sealed class PartOfStream(Stream source, long length, TimeSpan? patience = null) : Stream
{
    private long read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get => read; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var now = source.Read(buffer[..(int)Math.Min(buffer.Length, length - read)]);
        read += now;
        return now;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - read)];
        var now = wanted.Length == 0 ? 0
            : patience is { } most ? await WithinAsync(most, wanted, cancellationToken)
            : await source.ReadAsync(wanted, cancellationToken);
        read += now;
        return now;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    private async Task<int> WithinAsync(TimeSpan most, Memory<byte> wanted, CancellationToken cancel)
    {
        using var moving = new Patience(most, cancel);
        try
        {
            return await source.ReadAsync(wanted, moving.Token) is var now and > 0 ? now : throw new EndOfStreamException("The object ended before its length.");
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"Nothing of the object came for {most.TotalSeconds:0.#} s.", late);
        }
    }

    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await base.DisposeAsync();
    }
}
