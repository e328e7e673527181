using Tintype.Storage.Jobs;
using Tintype.Storage.Model;

namespace Tintype.Interactions;

/// <summary>A post on its own page; likes, comments, bookmarks, activity.</summary>
internal static class InteractionsRole
{
    public static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Likes>();
        services.AddSingleton<Threads>();
        services.AddSingleton<ActivityLines>();
        services.AddSingleton<PhotoPages>();
        services.AddSingleton<CarryLike>();
        services.AddSingleton<TellNews>();
        services.AddSingleton<ForgetPurged>();
    }

    public static void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapStatusApi();
        routes.MapLikeApi();
        routes.MapNotificationApi();
        routes.MapMarkerApi();
        routes.MapPhotoPages();
        routes.MapInteractionForms();
        routes.MapActivityPages();
        routes.MapOEmbed();
    }

    public static void AddJobs(JobHandlers jobs)
    {
        jobs.On<LikeChanged, CarryLike>();
        jobs.On<NotificationDue, TellNews>();
        jobs.On<AccountPurgeDue, ForgetPurged>();
    }
}
