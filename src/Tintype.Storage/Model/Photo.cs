namespace Tintype.Storage.Model;

/// <summary>Stored: bytes durable. Processing: a worker has it. Live: renditions are there. Failed: see the reason.</summary>
public enum MediaState { Stored = 0, Processing = 1, Live = 2, Failed = 3 }

/// <summary>One uploaded photo: a row beside its owner's posts; its bytes are in the object store.</summary>
public sealed record Photo
{
    public MediaId Id { get; init; }
    public AccountId AccountId { get; init; }
    /// <summary>Null until a post takes it.</summary>
    public PostId? PostId { get; init; }
    /// <summary>0 to 9 within its post.</summary>
    public int Position { get; init; }
    public MediaState State { get; init; }
    public string? FailedReason { get; init; }
    /// <summary>128 random bits, hex: the unguessable part of every address of this photo.</summary>
    public string Secret { get; init; } = "";
    /// <summary>Of the original bytes, hex: the same photo sent again shares the objects of the first.</summary>
    public string Sha256 { get; init; } = "";
    public string ContentType { get; init; } = "";
    public long Bytes { get; init; }
    /// <summary>Pixels, upright; 0 until known.</summary>
    public int Width { get; init; }
    public int Height { get; init; }
    public string? BlurHash { get; init; }
    /// <summary>Alt text, at most 1,500 characters.</summary>
    public string? Description { get; init; }
    /// <summary>-1 left to 1 right.</summary>
    public double FocusX { get; init; }
    /// <summary>-1 bottom to 1 top.</summary>
    public double FocusY { get; init; }
    /// <summary>
    /// Object key prefix of all its bytes: prefix + "/original", prefix + "/640.webp". Rows of the same bytes of one person share it,
    /// and a prefix that no row has is never given to one again: that is what lets the sweep delete without a lock.
    /// </summary>
    public string? RenditionPrefix { get; init; }
    public DateTimeOffset? TakenAt { get; init; }
    /// <summary>From the photo's GPS, degrees; told to the owner only, as a suggestion.</summary>
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
