using Tintype.Storage.Jobs;
using Tintype.Storage.Model;

namespace Tintype.Friends;

/// <summary>Follow, block, mute; discover and search.</summary>
internal static class FriendsRole
{
    public static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Relationships>();
        services.AddSingleton<RelationshipEntities>();
        services.AddSingleton<PeopleLists>();
        services.AddSingleton<PeopleListsApi.Answers>();
        services.AddSingleton<PeopleListPages.Lists>();
        services.AddSingleton<DirectoryListing>();
        services.AddSingleton<DirectorySearch>();
        services.AddSingleton<CopyFollow>();
        services.AddSingleton<CopyBlock>();
        services.AddSingleton<AcceptWaiting>();
        services.AddSingleton<EndFollowsOfPurged>();
        services.AddSingleton<ListPost>();
        services.AddSingleton<ListPerson>();
        services.AddSingleton<RankPerson>();
        services.AddSingleton<RankPost>();
    }

    public static void MapRoutes(IEndpointRouteBuilder routes)
    {
        FollowApi.Map(routes);
        PeopleListsApi.Map(routes);
        SearchApi.Map(routes);
        DiscoverApi.Map(routes);
        FollowForms.Map(routes);
        PeopleListPages.Map(routes);
        SearchPages.Map(routes);
        ExplorePages.Map(routes);
    }

    public static void AddJobs(JobHandlers jobs)
    {
        jobs.On<FollowChanged, CopyFollow>();
        jobs.On<FollowChanged, RankPerson>();
        jobs.On<BlockChanged, CopyBlock>();
        jobs.On<AccountChanged, AcceptWaiting>();
        jobs.On<AccountChanged, ListPerson>();
        jobs.On<AccountPurgeDue, EndFollowsOfPurged>();
        jobs.On<PostChanged, ListPost>();
        jobs.On<LikeChanged, RankPost>();
    }
}
