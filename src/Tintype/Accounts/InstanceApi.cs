using System.Reflection;
using System.Security;
using Tintype.Cards;
using Tintype.Http;
using Tintype.Http.Keeping;
using Tintype.Storage.Tables;
using Tintype.Web;

namespace Tintype.Accounts;

/// <summary>What this instance is and what it takes, for apps that decide by it what to offer.</summary>
internal static class InstanceApi
{
    private const int MaxCaption = 2200;
    private const int MaxPhotos = 10;
    private const int MaxDescription = 1500;

    private const string Description = "Photos from people you choose, newest first.";

    private static readonly string[] Languages = ["en"];
    private static readonly string[] PhotoTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic", "image/heif"];

    private static readonly string Version = typeof(InstanceApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    // Clients switch features by the number in front: what of 4.3 they then ask for is here, or answers an empty list.
    private static readonly string ApiVersion = $"4.3.0 (compatible; Tintype {Version})";

    public static void MapInstance(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/instance", V1Async).KeptForEverybody();
        routes.MapGet("/api/v2/instance", V2Async).KeptForEverybody();
        routes.MapGet("/.well-known/host-meta", HostMeta).KeptForEverybody();
        routes.MapGet("/.well-known/nodeinfo", (Settings settings) => ApiJson.Ok(new
        {
            links = new[] { new { rel = "http://nodeinfo.diaspora.software/ns/schema/2.0", href = $"{settings.PublicUrl}/nodeinfo/2.0" } },
        })).KeptForEverybody();
        routes.MapGet("/nodeinfo/2.0", NodeInfoAsync).KeptForEverybody();
    }

    private static async Task<IResult> V1Async(InstanceFigures figures, AccountTable accounts, People people, Statuses statuses, SignUp signUp, Settings settings, CancellationToken cancel)
    {
        var numbers = await figures.GetAsync();
        return ApiJson.Ok(new
        {
            uri = Host(settings),
            title = settings.InstanceName,
            shortDescription = Description,
            description = Description,
            email = "",
            version = ApiVersion,
            urls = new { },
            stats = new { userCount = numbers.People, statusCount = numbers.Posts, domainCount = 0 },
            thumbnail = Thumbnail(settings),
            languages = Languages,
            registrations = await signUp.IsOpenAsync(cancel),
            approvalRequired = false,
            invitesEnabled = false,
            configuration = Configuration(settings),
            contactAccount = await OwnerAsync(accounts, people, statuses, cancel),
            rules = Array.Empty<object>(),
        });
    }

    private static async Task<IResult> V2Async(InstanceFigures figures, AccountTable accounts, People people, Statuses statuses, SignUp signUp, Settings settings, CancellationToken cancel)
    {
        var numbers = await figures.GetAsync();
        return ApiJson.Ok(new
        {
            domain = Host(settings),
            title = settings.InstanceName,
            version = ApiVersion,
            sourceUrl = "",
            description = Description,
            usage = new { users = new { activeMonth = numbers.ActiveThisMonth } },
            thumbnail = new { url = Thumbnail(settings) },
            icon = Array.Empty<object>(),
            languages = Languages,
            configuration = Configuration(settings),
            registrations = new
            {
                enabled = await signUp.IsOpenAsync(cancel), approvalRequired = false, reasonRequired = false, message = (string?)null,
                minAge = settings.Accounts.MinimumAge, url = $"{settings.PublicUrl}/signup",
            },
            apiVersions = new { mastodon = 1 },
            contact = new { email = "", account = await OwnerAsync(accounts, people, statuses, cancel) },
            rules = Array.Empty<object>(),
        });
    }

    private static object Configuration(Settings settings) => new
    {
        urls = new { about = settings.PublicUrl },
        vapid = new { publicKey = "" },
        accounts = new { maxFeaturedTags = 0, maxPinnedStatuses = 0, maxProfileFields = ProfileEdit.MaxFields },
        statuses = new { maxCharacters = MaxCaption, maxMediaAttachments = MaxPhotos, charactersReservedPerUrl = 23 },
        mediaAttachments = new
        {
            supportedMimeTypes = PhotoTypes, descriptionLimit = MaxDescription, imageSizeLimit = settings.Upload.MaxBytes, imageMatrixLimit = settings.Upload.MaxPixels,
            videoSizeLimit = 0, videoFrameRateLimit = 0, videoMatrixLimit = 0,
        },
        polls = new { maxOptions = 0, maxCharactersPerOption = 0, minExpiration = 0, maxExpiration = 0 },
        translation = new { enabled = false },
    };

    private static async Task<IResult> NodeInfoAsync(InstanceFigures figures, SignUp signUp, Settings settings, CancellationToken cancel)
    {
        var numbers = await figures.GetAsync();
        return ApiJson.Ok(new Dictionary<string, object>
        {
            ["version"] = "2.0",
            ["software"] = new { name = "tintype", version = Version },
            ["protocols"] = Array.Empty<string>(),
            ["services"] = new { inbound = Array.Empty<string>(), outbound = Array.Empty<string>() },
            ["openRegistrations"] = await signUp.IsOpenAsync(cancel),
            ["usage"] = new Dictionary<string, object> { ["users"] = new Dictionary<string, object> { ["total"] = numbers.People, ["activeMonth"] = numbers.ActiveThisMonth }, ["localPosts"] = numbers.Posts },
            // Client libraries that do not know our name look here for whose API we speak.
            ["metadata"] = new Dictionary<string, object> { ["nodeName"] = settings.InstanceName, ["upstream"] = new { name = "mastodon" } },
        });
    }

    private static IResult HostMeta(Settings settings) => Results.Text(
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
          <Link rel="lrdd" template="{SecurityElement.Escape(settings.PublicUrl)}/.well-known/webfinger?resource={"{uri}"}"/>
        </XRD>
        """, "application/xrd+xml; charset=utf-8");

    private static async Task<AccountEntity?> OwnerAsync(AccountTable accounts, People people, Statuses statuses, CancellationToken cancel) =>
        await accounts.FindOwnerAsync(cancel) is { } id && await people.FindAsync(id, cancel) is { IsVisible: true } owner
            ? await statuses.AccountOfAsync(owner, cancel)
            : null;

    /// <summary>The bare host, with the port when it is not the usual one.</summary>
    private static string Host(Settings settings) => new Uri(settings.PublicUrl).Authority;

    private static string Thumbnail(Settings settings) => settings.PublicUrl + StaticFiles.Url("icons/icon-512.png");
}
