using System.Text.RegularExpressions;
using Tintype.Cards;
using Tintype.Specs.Upload;
using Tintype.Specs.Upload.Pictures;
using Tintype.Storage.Objects;
using Tintype.Web;
using Xunit;

namespace Tintype.Specs.Http.Keeping;

/// <summary>A world with one of everything that an address can name.</summary>
public sealed partial class KeepingWorld : IAsyncLifetime
{
    private readonly Dictionary<string, string> named = [];

    public World World { get; } = new();

    public PersonInWorld Alice { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await World.InitializeAsync();
        Alice = await World.Alice;
        var status = await Alice.UploadAndPostAsync("by the #lake", Samples.Jpeg(1200, 900));
        var photo = new Uri(status.GetProperty("media_attachments")[0].GetProperty("url").GetString()!).AbsolutePath.Split('/');
        named["username"] = "alice";
        named["account"] = $"{Alice.Id}";
        named["post"] = status.Id();
        named["photo"] = photo[2];
        named["file"] = photo[3];
        named["media"] = photo[2].Split('-')[0];
        named["avatar"] = await AvatarAsync();
        named["tag"] = "lake";
        named["role"] = "feed";
        named["name"] = "lofoten";
        named["version"] = StaticFiles.Url("site.css").Split('/')[2];
        named["url"] = Uri.EscapeDataString($"{World.Url}/@alice");
        await World.JobsDone();
    }

    /// <summary>An address that the line's route answers.</summary>
    internal string Address(KeepingLine line)
    {
        // An id is of what stands before it.
        var kind = line.Path.Contains("/statuses/", StringComparison.Ordinal) || line.Path.Contains("/posts/", StringComparison.Ordinal) || line.Path.StartsWith("/@", StringComparison.Ordinal) ? "post"
            : line.Path.Contains("/media/", StringComparison.Ordinal) ? "media" : "account";
        var file = line.Path.StartsWith("/avatars", StringComparison.Ordinal) ? "160.webp" : named["file"];
        return Hole().Replace(line.Path + line.Query, hole => hole.Groups["name"].Value switch
        {
            "id" => named[kind],
            "file" => file,
            "name" when line.Path.StartsWith("/assets", StringComparison.Ordinal) => "site.css",
            "documentName" => "v1",
            var name => named[name],
        });
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private async Task<string> AvatarAsync()
    {
        using var body = new MemoryStream(Samples.Jpeg(500, 300));
        using var staged = await World.Get<IObjectStore>().Staging.StageAsync(body, 1_000_000, default);
        var avatar = await World.Get<PhotoIntake>().KeepAvatarAsync(staged!, Alice.Id, default);
        return $"{avatar.Id}-{avatar.Secret}";
    }

    [GeneratedRegex(@"\{\**(?<name>\w+)[^}]*\}")]
    private static partial Regex Hole();
}
