using Tintype.Demo;
using Xunit;

namespace Tintype.Specs.Demo;

public sealed class DemoPlanSpecs
{
    private static readonly DateTimeOffset Began = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly DemoPlan plan = new(Began, 250);

    [Fact]
    public void A_plan_has_the_photos_asked_for_and_ends_minutes_before_it_begins()
    {
        Assert.Equal(250, plan.Posts.Sum(post => post.Seeds.Length));
        Assert.Equal(plan.Posts.OrderBy(post => post.At).Select(post => post.Number), plan.Posts.Select(post => post.Number));
        Assert.InRange(Began - plan.Posts[^1].At, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Assert.Equal(Cast.People.Count, plan.Posts.Select(post => post.Author).Distinct().Count());
    }

    [Fact]
    public void The_same_moment_gives_the_same_plan()
    {
        var again = new DemoPlan(Began, 250);

        Assert.Equal(
            plan.Posts.Select(post => (post.Author.Username, post.At, post.Caption, post.Likers.Length)),
            again.Posts.Select(post => (post.Author.Username, post.At, post.Caption, post.Likers.Length)));
    }

    [Fact]
    public void Nobody_speaks_before_there_is_something_to_speak_of_or_in_the_future() =>
        Assert.All(plan.Posts.SelectMany(post => post.Comments.Select(comment => (post, comment))), pair =>
            Assert.InRange(pair.comment.At, pair.post.At, Began));

    [Fact]
    public void Nobody_likes_their_own_photo_or_one_they_may_not_see() =>
        Assert.All(plan.Posts, post =>
        {
            Assert.DoesNotContain(post.Author, post.Likers);
            var allowed = post.Author.IsPrivate ? plan.Follows.Where(pair => pair.Followee == post.Author).Select(pair => pair.Follower) : Cast.People;
            Assert.Empty(post.Likers.Concat(post.Comments.Select(comment => comment.By)).Except(allowed));
        });

    [Fact]
    public void The_visitor_follows_many_and_people_are_told_apart()
    {
        Assert.InRange(plan.Follows.Count(pair => pair.Follower.Username == Cast.Visitor), 15, 39);
        Assert.Equal(Cast.People.Count, Cast.People.Select(person => person.Username.ToLowerInvariant()).Distinct().Count());
    }
}
