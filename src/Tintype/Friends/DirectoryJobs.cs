using Tintype.Storage.Jobs;
using Tintype.Storage.Model;

namespace Tintype.Friends;

/// <summary>Makes the directory say what is true about a post.</summary>
internal sealed class ListPost(DirectoryListing listing) : IJob<PostChanged>
{
    public Task RunAsync(PostChanged payload, CancellationToken cancel) => listing.ListPostAsync(payload.PostId, cancel);
}

/// <summary>Makes the directory say what is true about a person, and lists or unlists their posts.</summary>
internal sealed class ListPerson(DirectoryListing listing) : IJob<AccountChanged>
{
    public Task RunAsync(AccountChanged payload, CancellationToken cancel) => listing.ListPersonAsync(payload.AccountId, cancel);
}

/// <summary>A follow more or less moves somebody among the popular.</summary>
internal sealed class RankPerson(DirectoryListing listing) : IJob<FollowChanged>
{
    public Task RunAsync(FollowChanged payload, CancellationToken cancel) => listing.RankPersonAsync(payload.FolloweeId, cancel);
}

/// <summary>A like more or less moves a post in explore.</summary>
internal sealed class RankPost(DirectoryListing listing) : IJob<LikeChanged>
{
    public Task RunAsync(LikeChanged payload, CancellationToken cancel) => listing.RankPostAsync(payload.PostId, cancel);
}
