using Tintype.Storage.Jobs;
using Tintype.Storage.Model;

namespace Tintype.Feed;

/// <summary>The home feed: made ahead of time, read in one go.</summary>
internal static class FeedRole
{
    public static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<FeedPull>();
        services.AddSingleton<HomeFeed>();
        services.AddSingleton<HomeSheets>();
        services.AddSingleton<HomeViews>();
        services.AddSingleton<FollowersInBatches>();
        services.AddSingleton<FanOutPhoto>();
        services.AddSingleton<WithdrawPhoto>();
        services.AddSingleton<RenewFeeds>();
        services.AddHostedService<StaleHeads>(); // Registered everywhere, as all services are; where nobody reads feeds it finds nothing.
    }

    public static void MapRoutes(IEndpointRouteBuilder routes)
    {
        FeedApi.Map(routes);
        FeedPages.Map(routes);
    }

    public static void AddJobs(JobHandlers jobs)
    {
        jobs.On<PostPublished, FanOutPhoto>();
        jobs.On<FanOutPaused, FanOutPhoto>();
        jobs.On<PostChanged, WithdrawPhoto>();
        jobs.On<FollowChanged, RenewFeeds>();
        jobs.On<BlockChanged, RenewFeeds>();
    }
}
