using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Tintype.Upload.Pictures;

namespace Tintype.Upload;

/// <summary>Taking bytes in: photos, posts, and the job that makes renditions.</summary>
internal static class UploadRole
{
    /// <summary>A 100 megapixel photo takes about 4 s here; thirty times that is not a photo.</summary>
    private static readonly TimeSpan PicturePatience = TimeSpan.FromMinutes(2);

    /// <summary>Looking at a header takes 2 ms: two places keep uploads from waiting for renditions.</summary>
    private const int ProbesBesideRenditions = 2;

    public static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new PictureLimits(settings.Upload.MaxBytes, settings.Upload.MaxPixels));
        services.AddSingleton(provider => new PictureWorkers(
            provider.GetRequiredService<JobOptions>().MediaWorkers + ProbesBesideRenditions, PicturePatience, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PhotoReception>();
        services.AddSingleton<UploadRequest>();
        services.AddSingleton<PostForms>();
        services.AddSingleton<PostDrafts>();
        services.AddSingleton<PhotoViews>();
        services.AddSingleton<ProcessPhoto>();
        services.AddSingleton<PhotoImport>();
        services.AddSingleton<SweepPhotos>();
        services.AddSingleton<PurgePhotos>();
    }

    public static void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapMediaApi();
        routes.MapStatusApi();
        routes.MapUploadPages();
    }

    public static void AddJobs(JobHandlers jobs)
    {
        jobs.On<PhotoUploaded, ProcessPhoto>();
        jobs.OnGivenUp<PhotoUploaded, ProcessPhoto>();
        jobs.AtStart<SweepPhotos>((sweep, cancel) => sweep.ScheduleNextAsync(cancel));
        jobs.On<PhotoSweepDue, SweepPhotos>();
        jobs.On<AccountPurgeDue, PurgePhotos>();
    }
}
