using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>The numbers on a profile.</summary>
public sealed record PersonCounts(long Posts, long Followers, long Following, long Requests, DateTimeOffset? LastPostAt);

/// <summary>Counts of people, each kept by the transactions that change it: nothing here grows with what it counts.</summary>
public sealed class CountTable(ShardRouter router)
{
    private sealed record PostCount
    {
        public AccountId AccountId { get; init; }
        public long Posts { get; init; }
        public DateTimeOffset? LastPostAt { get; init; }
    }

    /// <summary>Numbers of every person asked for; zeros for those without any.</summary>
    public async Task<IReadOnlyDictionary<AccountId, PersonCounts>> GetAsync(IReadOnlyCollection<AccountId> people, CancellationToken cancel = default)
    {
        var posts = router.ReadManyAsync(Cluster.Content, people, (session, here) =>
            session.QueryAsync<PostCount>("SELECT account_id, posts, last_post_at FROM $content_counts WHERE account_id IN @here", new { here = here.Values() }), Freshness.Any, cancel);
        var social = router.ReadManyAsync(Cluster.Social, people, (session, here) =>
            session.QueryAsync<SocialCounts>("SELECT account_id, followers, following, requests FROM $social_counts WHERE account_id IN @here", new { here = here.Values() }), Freshness.Any, cancel);
        var postsOf = (await posts).ToDictionary(row => row.AccountId);
        var socialOf = (await social).ToDictionary(row => row.AccountId);
        return people.Distinct().ToDictionary(id => id, id => new PersonCounts(
            postsOf.GetValueOrDefault(id)?.Posts ?? 0, socialOf.GetValueOrDefault(id)?.Followers ?? 0, socialOf.GetValueOrDefault(id)?.Following ?? 0,
            socialOf.GetValueOrDefault(id)?.Requests ?? 0, postsOf.GetValueOrDefault(id)?.LastPostAt));
    }

    /// <summary>How many follow a person: one look at one shard.</summary>
    public Task<long> FollowersAsync(AccountId person, CancellationToken cancel = default) =>
        router.ReadAsync(person.In(Cluster.Social), session =>
            session.ScalarAsync<long>("SELECT followers FROM $social_counts WHERE account_id = @person", new { person }), Freshness.Any, cancel);

    /// <summary>All live photo posts there are.</summary>
    public async Task<long> PostsFromAllShardsAsync(CancellationToken cancel = default) =>
        (await router.ReadFromAllShardsAsync<long>(Cluster.Content, async session =>
            [await session.ScalarAsync<long>("SELECT coalesce(sum(posts), 0) FROM $content_counts")], Freshness.Any, cancel)).Sum();
}
