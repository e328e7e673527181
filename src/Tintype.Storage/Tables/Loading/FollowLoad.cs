using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables.Loading;

/// <summary>
/// Follows by the million, as if each had been made once and copied: the truth beside the follower, the copy beside the followee, and
/// everybody's counts.
/// </summary>
public sealed class FollowLoad(InstanceLoad load)
{
    // People of one transaction: half a million rows, as a rule.
    private const int PeopleAtOnce = 20_000;
    private const int RowsOfBlock = 100_000;

    /// <param name="people">By ascending id; the lists speak of them by their places here.</param>
    /// <param name="progress">Hears of rows: two a follow.</param>
    public async Task AddAsync(
        IReadOnlyList<AccountId> people, PackedLists following, PackedLists followers, DateTimeOffset at, Action<int>? progress = null, CancellationToken cancel = default)
    {
        await SideAsync(people, following, "follows", "follower_id", "followee_id", at, progress, cancel);
        await SideAsync(people, followers, "followers", "followee_id", "follower_id", at, progress, cancel);
        await load.EachAsync(Enumerable.Range(0, people.Count), number => people[number].In(Cluster.Social), (session, some) => session.AddRowsAsync("social_counts", new RowBlock(some.Length)
            .With("account_id", some.Select(number => people[number]).Values())
            .With("followers", [.. some.Select(number => (long)followers[number].Length)])
            .With("following", [.. some.Select(number => (long)following[number].Length)])
            .WithSame("requests", 0L)), null, cancel);
    }

    private Task SideAsync(
        IReadOnlyList<AccountId> people, PackedLists lists, string table, string own, string other, DateTimeOffset at, Action<int>? progress, CancellationToken cancel) =>
        load.EachAsync(Enumerable.Range(0, people.Count), number => people[number].In(Cluster.Social), async (session, some) =>
        {
            var (owners, others) = (new List<long>(RowsOfBlock), new List<long>(RowsOfBlock));
            foreach (var number in some)
            {
                foreach (var entry in lists[number])
                {
                    owners.Add(people[number].Value);
                    others.Add(people[entry].Value);
                }
                if (owners.Count >= RowsOfBlock)
                {
                    await FlushAsync();
                }
            }
            await FlushAsync();

            async Task FlushAsync()
            {
                await session.AddRowsAsync(table, new RowBlock(owners.Count)
                    .With(own, owners.ToArray()).With(other, others.ToArray())
                    .WithSame("state", FollowState.Active).WithSame("version", 1L).WithSame("created_at", at));
                progress?.Invoke(owners.Count);
                owners.Clear();
                others.Clear();
            }
        }, null, cancel, PeopleAtOnce);
}
