using Tintype.Storage.Jobs;

namespace Tintype.Media;

/// <summary>Handing photo bytes out.</summary>
internal static class MediaRole
{
    public static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<ServedPhotos>();
    }

    public static void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapPhotos();
        routes.MapAvatars();
    }

    public static void AddJobs(JobHandlers jobs)
    {
    }
}
