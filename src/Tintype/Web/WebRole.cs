using Tintype.Http.OpenApi;
using Tintype.Storage.Jobs;
using Tintype.Web.Fragments;

namespace Tintype.Web;

/// <summary>Layout, components, static files, and the pages that belong to no slice.</summary>
internal static class WebRole
{
    public static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Composer>();
        services.AddSingleton<Pages>();
    }

    public static void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapStaticFiles();
        routes.MapOfflinePage();
        routes.MapApiDocs();
    }

    public static void AddJobs(JobHandlers jobs)
    {
    }
}
