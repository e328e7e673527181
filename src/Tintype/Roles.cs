using Tintype.Accounts;
using Tintype.Feed;
using Tintype.Friends;
using Tintype.Http;
using Tintype.Interactions;
using Tintype.Media;
using Tintype.Profile;
using Tintype.Storage.Jobs;
using Tintype.Upload;
using Tintype.Web;

namespace Tintype;

/// <summary>An app set of the course: what it needs, the routes it answers, the jobs it brings for workers.</summary>
/// <param name="Name">The word after --roles, and the folder.</param>
/// <param name="Needs">Without which it is not ready: what it can answer nothing without.</param>
internal sealed record Role(
    string Name,
    Needs Needs,
    Action<IServiceCollection, Settings> AddServices,
    Action<IEndpointRouteBuilder> MapRoutes,
    Action<JobHandlers> AddJobs);

/// <summary>
/// THE MAP: role name -> routes, jobs, services. Every process links and registers all of it; its roles decide which routes are
/// mapped, and whether jobs run ("worker"). A gateway stands before the others and has no state: it is a role on its own.
/// </summary>
internal static class Roles
{
    public const string Worker = "worker";
    public const string Web = "web";
    public const string Gateway = "gateway";

    public static readonly IReadOnlyList<Role> All =
    [
        new("accounts", Needs.Accounts, AccountsRole.AddServices, AccountsRole.MapRoutes, AccountsRole.AddJobs),
        new("upload", Needs.Databases | Needs.Objects, UploadRole.AddServices, UploadRole.MapRoutes, UploadRole.AddJobs),
        new("profile", Needs.Databases, ProfileRole.AddServices, ProfileRole.MapRoutes, ProfileRole.AddJobs),
        new("interactions", Needs.Databases, InteractionsRole.AddServices, InteractionsRole.MapRoutes, InteractionsRole.AddJobs),
        new("friends", Needs.Databases, FriendsRole.AddServices, FriendsRole.MapRoutes, FriendsRole.AddJobs),
        // After friends, for jobs of one payload run in this order: a follow is copied before feeds are renewed for it.
        new("feed", Needs.Databases, FeedRole.AddServices, FeedRole.MapRoutes, FeedRole.AddJobs),
        new("media", Needs.Accounts | Needs.Content | Needs.Objects, MediaRole.AddServices, MediaRole.MapRoutes, MediaRole.AddJobs),
        new(Web, Needs.Nothing, WebRole.AddServices, WebRole.MapRoutes, WebRole.AddJobs),
        new(Worker, Needs.Databases | Needs.Objects, (_, _) => { }, _ => { }, _ => { }),
    ];

    /// <summary>The roles named in the settings.</summary>
    /// <exception cref="SettingsException">A word is not a role.</exception>
    public static IReadOnlyList<Role> Chosen(Settings settings)
    {
        var words = Words(settings);
        return words is [] or ["all"]
            ? All
            : [.. words.Distinct().Select(word => All.FirstOrDefault(role => role.Name == word) ?? throw NotARole(word))];
    }

    /// <summary>Whether this process forwards what others serve. It then serves nothing itself, and needs nothing that they need.</summary>
    public static bool IsGateway(Settings settings) => Words(settings) is [Gateway];

    /// <summary>Maps the routes of the chosen roles; those of others answer 404 and say whose they are.</summary>
    public static void MapRoutes(IEndpointRouteBuilder app, IReadOnlyList<Role> chosen)
    {
        foreach (var role in All.Where(chosen.Contains))
        {
            role.MapRoutes(app);
        }
        var files = new RouteTable(app.ServiceProvider);
        files.MapStaticFiles();
        if (chosen.All(role => role.Name != Web))
        {
            app.MapStaticFiles(); // Who shows pages shows them whole.
        }
        var everywhere = files.Endpoints.Select(file => file.RoutePattern.RawText).ToHashSet();
        foreach (var role in All.Except(chosen))
        {
            app.DataSources.Add(Elsewhere.Of(role.Name, RoutesOf(role, app.ServiceProvider).Where(route => !everywhere.Contains(route.RoutePattern.RawText))));
        }
    }

    /// <summary>What a role answers, read off what it maps; nothing of it is started.</summary>
    /// <param name="services">Knows every service, or parameters of handlers would be taken for parts of requests.</param>
    public static IEnumerable<RouteEndpoint> RoutesOf(Role role, IServiceProvider services)
    {
        var table = new RouteTable(services);
        role.MapRoutes(table);
        return table.Endpoints;
    }

    private static string[] Words(Settings settings) =>
        settings.Roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static SettingsException NotARole(string word) => new(word == Gateway
        ? "a gateway forwards to other processes and has no other role beside it: --roles gateway."
        : $"'{word}' is not a role. Roles are: all, {string.Join(", ", All.Select(role => role.Name))}, {Gateway}.");
}

/// <summary>A setting is out of range or makes no sense; the message says which and what would.</summary>
internal sealed class SettingsException(string message) : Exception(message);
