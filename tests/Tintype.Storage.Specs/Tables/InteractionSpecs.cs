using Tintype.Storage.Model;
using Tintype.Storage.Shards;
using Tintype.Storage.Specs.Backends;
using Xunit;

namespace Tintype.Storage.Specs.Tables;

public sealed class InteractionSpecs
{
    private static readonly AccountId Alice = Store.Person(1);
    private static readonly AccountId Bob = Store.Person(2);

    [Theory, Backends]
    public async Task A_like_counts_once_however_often_and_late_it_is_carried(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var post = await PostAsync(store);

        var liked = await store.Likes.SetAsync(Bob, post, liked: true);
        Assert.Null(await store.Likes.SetAsync(Bob, post, liked: true));
        var unliked = await store.Likes.SetAsync(Bob, post, liked: false);
        var again = await store.Likes.SetAsync(Bob, post, liked: true);
        foreach (var carried in new[] { again!, liked!, unliked!, again!, liked! })
        {
            await store.Likes.CarryAsync(carried);
        }

        Assert.Equal(1, (await store.Posts.FindAsync(post))!.Likes);
        Assert.Equal(Bob, Assert.Single((await store.Likes.OfPostAsync(post, IdRange.Newest(10))).Items).AccountId);
    }

    [Theory, Backends]
    public async Task Many_likes_at_once_are_all_counted(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var post = await PostAsync(store);

        await Task.WhenAll(Enumerable.Range(1, 60).Select(async n =>
            await store.Likes.CarryAsync((await store.Likes.SetAsync(Store.Person(n), post, liked: true))!)));

        Assert.Equal(60, (await store.Posts.FindAsync(post))!.Likes);
    }

    [Theory, Backends]
    public async Task The_newest_hearts_and_bookmarks_of_many_are_each_ones_own_and_no_more_than_asked_for(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        AccountId[] viewers = [.. Enumerable.Range(1, 12).Select(Store.Person)];
        PostId[] posts = [.. Enumerable.Range(0, 6).Select(_ => store.Ids.Next<Post>(Alice.Shard))];
        foreach (var (viewer, n) in viewers.Select((viewer, n) => (viewer, n)))
        {
            foreach (var post in posts[..(n % 6)])
            {
                await store.Likes.SetAsync(viewer, post, liked: true);
            }
            await store.Likes.SetAsync(viewer, posts[^1], liked: true);
            await store.Likes.SetAsync(viewer, posts[^1], liked: false);
            if (n > 6)
            {
                await store.Bookmarks.AddAsync(viewer, posts[^1]);
            }
        }

        var newest = await store.Flags.NewestAsync([.. viewers.Reverse(), Store.Person(99)], 3);

        for (var n = 0; n < viewers.Length; n++)
        {
            var (liked, bookmarked) = newest[viewers.Length - 1 - n];
            Assert.Equal(posts[..(n % 6)].TakeLast(3), liked);
            Assert.Equal(n > 6 ? [posts[^1]] : [], bookmarked);
        }
        Assert.Equal(([], []), newest[^1]);
    }

    [Theory, Backends]
    public async Task A_comment_sent_twice_with_one_key_stands_once(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var post = await PostAsync(store);
        var draft = new Post { AccountId = Bob, RootId = post, Caption = "lovely" };

        var sent = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.Comments.AddAsync(draft, "key")));

        Assert.Single(sent.Select(added => added!.Comment.Id).Distinct());
        Assert.Equal(1, (await store.Posts.FindAsync(post))!.Comments);
        Assert.Equal(post.Shard, sent[0]!.Comment.Id.Shard);
    }

    [Theory, Backends]
    public async Task News_is_told_once_and_not_across_a_block(Backend on)
    {
        await using var store = await Store.OpenAsync(on);
        var due = new NotificationDue(Alice, NotificationKind.Like, Bob, new PostId(99));

        Assert.True(await store.Notifications.AddAsync(due));
        Assert.False(await store.Notifications.AddAsync(due));
        await store.Blocks.SetAsync(Alice, Bob, active: true);
        Assert.False(await store.Notifications.AddAsync(due with { PostId = new PostId(100) }));
    }

    [Theory, Backends]
    public async Task A_marker_never_moves_back(Backend on)
    {
        await using var store = await Store.OpenAsync(on);

        await store.Markers.MoveAsync(Alice, "home", 20);
        var marker = await store.Markers.MoveAsync(Alice, "home", 10);

        Assert.Equal((20, 2), (marker.LastReadId, marker.Version));
    }

    [Theory, Backends]
    public async Task A_post_written_with_its_photos_count_and_jobs_is_one_transaction(Backend on)
    {
        await using var store = await Store.OpenAsync(on);

        var post = await PostAsync(store);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => PostAsync(store, post));

        Assert.Equal(1, (await store.Counts.GetAsync([Alice]))[Alice].Posts);
        Assert.Equal(2, (await store.Outbox.CountAsync(store.Map.PartitionOf(post.In(Cluster.Content)))).Sum(count => count.Jobs));
    }

    private static async Task<PostId> PostAsync(Store store, PostId? again = null)
    {
        var id = again ?? store.Ids.NextBeside<Post, Account>(Alice);
        var now = store.Clock.GetUtcNow();
        await store.Posts.AddLiveAsync(
            new Post { Id = id, AccountId = Alice, Caption = "harbour", State = PostState.Live, CreatedAt = now },
            [new Photo { Id = store.Ids.NextBeside<Photo, Account>(Alice), AccountId = Alice, PostId = id, State = MediaState.Live, Secret = "s", Sha256 = "h", ContentType = "image/jpeg", CreatedAt = now }]);
        return id;
    }
}
