using Tintype.Storage.Jobs;

namespace Tintype.Profile;

/// <summary>A person's page and its posts (the course's /get_user_details).</summary>
internal static class ProfileRole
{
    public static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Grids>();
        services.AddSingleton<Acquaintances>();
    }

    public static void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapProfileApi();
        routes.MapProfilePages();
    }

    public static void AddJobs(JobHandlers jobs)
    {
    }
}
