using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Demo;

/// <summary>
/// The stores as they would have been used at an earlier moment: what is written through them has ids and dates of then, and takes the
/// same way as today's. One moment at a time, and moments only rise, as ids of a shard do.
/// </summary>
internal sealed class Past
{
    private readonly PastClock clock = new();

    public Past(ShardMap map, OutboxTable outbox, IObjectStore objects, ViewerFlagChanges flags)
    {
        var router = new ShardRouter(map, new IdGenerator(clock, map.Shards));
        Ids = router.Ids;
        Accounts = new AccountTable(router, outbox, clock);
        Photos = new PhotoIntake(objects, new MediaTable(router, outbox), clock);
        Posts = new PhotoPostTable(router, outbox, clock);
        Comments = new CommentTable(router, outbox, clock);
        Likes = new LikeTable(router, outbox, flags);
    }

    public IdGenerator Ids { get; }
    public AccountTable Accounts { get; }
    public PhotoIntake Photos { get; }
    public PhotoPostTable Posts { get; }
    public CommentTable Comments { get; }
    public LikeTable Likes { get; }

    public void Turn(DateTimeOffset to) => clock.Now = to;
}
