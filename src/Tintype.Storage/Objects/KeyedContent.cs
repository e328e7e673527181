namespace Tintype.Storage.Objects;

/// <summary>What a store on the network notes beside an object, for whoever reads it there: its type, and how long it may be kept.</summary>
internal static class KeyedContent
{
    public static string TypeOf(ObjectKey key) => Path.GetExtension(key.Value) switch
    {
        ".webp" => "image/webp",
        ".jpg" => "image/jpeg",
        _ => "application/octet-stream",
    };

    /// <summary>Whether somebody may see it is decided before its address is made, so the object itself never says "public".</summary>
    public const string Caching = "private, no-store";
}
