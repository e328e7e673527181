using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Shards;

namespace Tintype.Storage.Tables;

/// <summary>How asking to follow ended.</summary>
public enum FollowAnswer { Following, Requested, Blocked, TooMany }

/// <summary>
/// Who follows whom. A pair is written twice: the truth in the follower's shard, a copy in the followee's, so that either side's
/// list, counts and rules are read from one shard.
/// </summary>
/// <remarks>
/// <para>Each change of the truth raises the pair's version and leaves FollowChanged in the same transaction. <see cref="CopyAsync"/>
/// then brings the newest truth over; a copy that is as new already stays. So copies may be made twice, late, or out of order, and
/// end equal. Counts move with the row they count, by the difference between its old and new state, in the row's transaction.</para>
/// <para>Every transaction first locks the row of the pair (an upsert that changes nothing), then reads what it decides upon, and
/// touches one row of counts: no two wait for each other in a circle.</para>
/// </remarks>
public sealed class FollowTable(ShardRouter router, OutboxTable outbox, TimeProvider time)
{
    /// <summary>Instagram's limit. It bounds what a viewer's relations weigh (60 KB) and what a feed rebuilt by pulling visits.</summary>
    public const int MaxFollowing = 7500;

    private const string Columns = "follower_id, followee_id, state, version, created_at";

    /// <summary>Follows, or asks to where <paramref name="asks"/>. Whoever follows already goes on; whoever asked is let in when nobody needs to ask any more.</summary>
    public Task<FollowAnswer> FollowAsync(AccountId follower, AccountId followee, bool asks, CancellationToken cancel = default) =>
        router.WriteAsync(follower.In(Cluster.Social), async session =>
        {
            var row = await LockAsync(session, follower, followee);
            if (await session.ScalarAsync<long?>(
                """
                SELECT 1 FROM $blocks WHERE account_id = @follower AND target_id = @followee AND active = 1
                UNION ALL SELECT 1 FROM $blocked_by WHERE target_id = @follower AND account_id = @followee AND active = 1
                """, new { follower, followee }) is not null)
            {
                return FollowAnswer.Blocked;
            }
            var next = row.State == FollowState.Active || !asks ? FollowState.Active : FollowState.Requested;
            if (next == row.State)
            {
                return Answer(next);
            }
            if (await session.ScalarAsync<long?>("SELECT following FROM $social_counts WHERE account_id = @follower", new { follower }) >= MaxFollowing)
            {
                return FollowAnswer.TooMany;
            }
            await ChangeAsync(session, row, next,
                new NotificationDue(followee, next == FollowState.Active ? NotificationKind.Follow : NotificationKind.FollowRequest, follower, null));
            return Answer(next);
        }, cancel);

    /// <summary>Ends a follow or takes a request back, whoever of the two wants it.</summary>
    /// <returns>False when there was none.</returns>
    public Task<bool> EndAsync(AccountId follower, AccountId followee, CancellationToken cancel = default) =>
        router.WriteAsync(follower.In(Cluster.Social), async session =>
            await EndAsync(session, await LockAsync(session, follower, followee)), cancel);

    /// <summary>Answers a request.</summary>
    /// <returns>False when there was none (any more).</returns>
    public Task<bool> AnswerRequestAsync(AccountId follower, AccountId followee, bool accept, CancellationToken cancel = default) =>
        router.WriteAsync(follower.In(Cluster.Social), async session =>
        {
            var row = await LockAsync(session, follower, followee);
            if (row.State != FollowState.Requested)
            {
                return false;
            }
            await ChangeAsync(session, row, accept ? FollowState.Active : FollowState.None);
            return true;
        }, cancel);

    /// <summary>Brings the truth about a pair over to the followee's shard, unless the copy there is as new.</summary>
    public async Task CopyAsync(AccountId follower, AccountId followee, CancellationToken cancel = default)
    {
        if (await FindAsync(follower, followee, cancel) is not { Version: > 0 } truth)
        {
            return;
        }
        await router.WriteAsync(followee.In(Cluster.Social), async session =>
        {
            var copy = (await session.FirstOrDefaultAsync<Follow>(
                $"""
                INSERT INTO $followers (followee_id, follower_id, state, version, created_at) VALUES (@followee, @follower, 0, 0, @CreatedAt)
                ON CONFLICT (followee_id, follower_id) DO UPDATE SET version = followers.version RETURNING {Columns}
                """, new { follower, followee, truth.CreatedAt }))!;
            if (copy.Version >= truth.Version)
            {
                return;
            }
            await session.ExecuteAsync(
                "UPDATE $followers SET state = @State, version = @Version, created_at = @CreatedAt WHERE followee_id = @FolloweeId AND follower_id = @FollowerId", truth);
            await CountAsync(session, followee, followers: Step(copy, truth, FollowState.Active), requests: Step(copy, truth, FollowState.Requested));
        }, cancel);
    }

    /// <summary>The truth about a pair; null when one never had to do with the other.</summary>
    public async Task<Follow?> FindAsync(AccountId follower, AccountId followee, CancellationToken cancel = default) =>
        await router.ReadAsync(follower.In(Cluster.Social), session => session.FirstOrDefaultAsync<Follow>(
            $"SELECT {Columns} FROM $follows WHERE follower_id = @follower AND followee_id = @followee", new { follower, followee }), cancel: cancel);

    /// <summary>Whom a person follows, or asks to (<paramref name="state"/>), by account id.</summary>
    public async Task<RowPage<AccountId>> FollowingAsync(AccountId follower, FollowState state, IdRange page, Freshness freshness = Freshness.Latest, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(follower.In(Cluster.Social), session => session.QueryAsync<AccountId>(
            $"""
            SELECT followee_id FROM $follows WHERE follower_id = @follower AND state = @state AND followee_id > @Above AND followee_id < @Below
            ORDER BY followee_id {page.Direction} LIMIT @Take
            """, new { follower, state, page.Above, page.Below, page.Take }), freshness, cancel));

    /// <summary>Who follows a person, or asks to (<paramref name="state"/>), by account id.</summary>
    public async Task<RowPage<AccountId>> FollowersAsync(AccountId followee, FollowState state, IdRange page, Freshness freshness = Freshness.Latest, CancellationToken cancel = default) =>
        page.PageOf(await router.ReadAsync(followee.In(Cluster.Social), session => session.QueryAsync<AccountId>(
            $"""
            SELECT follower_id FROM $followers WHERE followee_id = @followee AND state = @state AND follower_id > @Above AND follower_id < @Below
            ORDER BY follower_id {page.Direction} LIMIT @Take
            """, new { followee, state, page.Above, page.Below, page.Take }), freshness, cancel));

    /// <summary>Which of these people follow a person or ask to.</summary>
    public async Task<IReadOnlyDictionary<AccountId, FollowState>> AmongFollowersAsync(
        AccountId followee, IReadOnlyCollection<AccountId> people, CancellationToken cancel = default) =>
        (await router.ReadAsync(followee.In(Cluster.Social), session => session.QueryAsync<Follow>(
            $"SELECT {Columns} FROM $followers WHERE followee_id = @followee AND state > 0 AND follower_id IN @people", new { followee, people = people.Values() }), Freshness.Any, cancel))
        .ToDictionary(row => row.FollowerId, row => row.State);

    /// <summary>Whom these people follow: pairs, at most <paramref name="limitPerShard"/> from each partition that holds some of them.</summary>
    public Task<IReadOnlyList<Follow>> FollowedByAsync(IReadOnlyCollection<AccountId> followers, int limitPerShard, CancellationToken cancel = default) =>
        router.ReadManyAsync(Cluster.Social, followers, (session, here) => session.QueryAsync<Follow>(
            $"SELECT {Columns} FROM $follows WHERE follower_id IN @here AND state = 2 LIMIT @limitPerShard", new { here = here.Values(), limitPerShard }), Freshness.Any, cancel);

    /// <summary>Ends a follow inside the caller's transaction on the follower's shard.</summary>
    /// <param name="row">As <see cref="LockAsync"/> gave it.</param>
    /// <returns>False when there was none.</returns>
    internal async Task<bool> EndAsync(ShardSession session, Follow row)
    {
        if (row.State == FollowState.None)
        {
            return false;
        }
        await ChangeAsync(session, row, FollowState.None);
        return true;
    }

    /// <summary>The row of a pair, made when missing, and nobody else's to change until the transaction ends.</summary>
    internal async Task<Follow> LockAsync(ShardSession session, AccountId follower, AccountId followee) =>
        (await session.FirstOrDefaultAsync<Follow>(
            $"""
            INSERT INTO $follows (follower_id, followee_id, state, version, created_at) VALUES (@follower, @followee, 0, 0, @now)
            ON CONFLICT (follower_id, followee_id) DO UPDATE SET version = follows.version RETURNING {Columns}
            """, new { follower, followee, now = time.GetUtcNow() }))!;

    private async Task ChangeAsync(ShardSession session, Follow row, FollowState next, NotificationDue? notice = null)
    {
        var changed = row with { State = next, Version = row.Version + 1, CreatedAt = time.GetUtcNow() };
        await session.ExecuteAsync(
            "UPDATE $follows SET state = @State, version = @Version, created_at = @CreatedAt WHERE follower_id = @FollowerId AND followee_id = @FolloweeId", changed);
        await outbox.AddAsync(session, row.FollowerId.Shard, OutboxMessage.Of(new FollowChanged(row.FollowerId, row.FolloweeId)));
        if (notice is not null)
        {
            await outbox.AddAsync(session, row.FollowerId.Shard, OutboxMessage.Of(notice));
        }
        await CountAsync(session, row.FollowerId, following: Step(row, changed, FollowState.Active));
    }

    internal static Task CountAsync(ShardSession session, AccountId account, long followers = 0, long following = 0, long requests = 0) =>
        followers == 0 && following == 0 && requests == 0 ? Task.CompletedTask : session.ExecuteAsync(
            """
            INSERT INTO $social_counts (account_id, followers, following, requests) VALUES (@account, @followers, @following, @requests)
            ON CONFLICT (account_id) DO UPDATE SET followers = social_counts.followers + @followers,
              following = social_counts.following + @following, requests = social_counts.requests + @requests
            """, new { account, followers, following, requests });

    private static long Step(Follow before, Follow after, FollowState counted) =>
        (after.State == counted ? 1 : 0) - (before.State == counted ? 1 : 0);

    private static FollowAnswer Answer(FollowState state) => state == FollowState.Active ? FollowAnswer.Following : FollowAnswer.Requested;
}
