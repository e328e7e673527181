using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Xunit;

namespace Tintype.Specs.Interactions;

/// <summary>Comments and their one level of replies, with the counts and the news they make.</summary>
public sealed partial class CommentSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_reply_to_a_reply_is_attached_to_the_comment_above()
    {
        var (alice, bob, carol) = (await world.Alice, await world.Bob, await world.Carol);
        var photo = await world.PostAsync(alice);
        var comment = await SayAsync(bob, photo, "lovely light");
        var reply = await SayAsync(carol, comment, "where is it?");

        var answer = await SayAsync(bob, reply, "the old harbour");

        var post = (await world.Get<PostTable>().FindAsync(answer))!;
        Assert.Equal((photo, comment, carol.Id), (post.RootId!.Value, post.InReplyToId!.Value, post.InReplyToAccountId!.Value));
        Assert.Equal(3, (await world.Get<CardStore>().FindAsync(photo))!.Post.Comments);
        Assert.Equal(2, (await world.Get<CardStore>().FindAsync(comment))!.Post.Comments);
    }

    [Fact]
    public async Task Deleting_a_comment_takes_its_replies_and_the_counts_along()
    {
        var (alice, bob, carol) = (await world.Alice, await world.Bob, await world.Carol);
        var photo = await world.PostAsync(alice);
        var comment = await SayAsync(bob, photo, "first");
        await SayAsync(carol, comment, "second");
        await SayAsync(carol, photo, "third");
        var comments = world.Get<Comments>();

        Assert.Null(await comments.DeleteAsync(comment, carol.Id));
        Assert.NotNull(await comments.DeleteAsync(comment, alice.Id));
        Assert.Null(await comments.DeleteAsync(comment, alice.Id));

        Assert.Equal(1, (await world.Get<CardStore>().FindAsync(photo))!.Post.Comments);
    }

    [Fact]
    public async Task The_same_idempotency_key_makes_one_comment()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SayAsync(bob, photo, "once", "key-1")));

        Assert.Single(ids.Distinct());
        Assert.Equal(1, (await world.Get<CardStore>().FindAsync(photo))!.Post.Comments);
    }

    [Fact]
    public async Task Nobody_comments_on_what_they_may_not_see()
    {
        var dave = await world.PersonAsync("dave_private", isPrivate: true);
        var photo = await world.PostAsync(dave);
        var bob = await world.Bob;

        var outcome = await world.Get<Comments>().AddAsync(new Post { AccountId = bob.Id, Caption = "hello?", InReplyToId = photo }, null);

        Assert.IsType<Commented.NotThere>(outcome);
    }

    [Fact]
    public async Task A_thread_lists_each_comment_before_its_replies()
    {
        var (alice, bob, carol) = (await world.Alice, await world.Bob, await world.Carol);
        var photo = await world.PostAsync(alice);
        var first = await SayAsync(bob, photo, "one");
        var second = await SayAsync(carol, photo, "two");
        var reply = await SayAsync(alice, first, "one and a half");

        var context = await alice.GetAsync($"/api/v1/statuses/{photo}/context");
        var ofReply = await alice.GetAsync($"/api/v1/statuses/{reply}/context");

        Assert.Equal([$"{first}", $"{reply}", $"{second}"], Ids(context.GetProperty("descendants")));
        Assert.Equal([$"{photo}", $"{first}"], Ids(ofReply.GetProperty("ancestors")));
    }

    [Fact]
    public async Task A_comment_form_leads_to_the_comment_and_a_refused_one_keeps_its_text()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);
        using var form = await BrowserOf.SignInAsync(world, bob);

        using var written = await form.PostAsync($"/posts/{photo}/comments", ("text", "what a day"), ("replyTo", ""));
        using var refused = await form.PostAsync($"/posts/{photo}/comments", ("text", new string('x', Comments.MaxLength + 1)));

        Assert.Equal(HttpStatusCode.SeeOther, written.StatusCode);
        Assert.Matches($"^/@alice/{photo}\\?comment=(\\d+)#c\\1$", written.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("xxxxxxxx</textarea>", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("what a day", await form.GetAsync($"/@alice/{photo}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_thread_pages_oldest_first_and_an_address_of_a_comment_shows_it()
    {
        var (alice, bob) = (await world.Alice, await world.Bob);
        var photo = await world.PostAsync(alice);
        var said = new List<PostId>();
        for (var i = 0; i < 55; i++)
        {
            said.Add(await SayAsync(bob, photo, $"comment {i}"));
        }
        var reply = await SayAsync(alice, said[53], "an answer");

        var first = await world.Stranger.GetStringAsync($"/@alice/{photo}");
        var next = await world.Stranger.GetStringAsync($"/@alice/{photo}?comment={said[50]}");
        var early = await world.Stranger.GetStringAsync($"/@alice/{photo}?comment={said[3]}");
        var late = await world.Stranger.GetStringAsync($"/@alice/{photo}?comment={reply}");

        Assert.Equal(said[..50], Shown(first));
        Assert.Contains($"?comment={said[50]}\"", first, StringComparison.Ordinal);
        Assert.Equal([.. said[50..54], reply, said[54]], Shown(next));
        Assert.Equal(said[..50], Shown(early));
        Assert.Equal([said[53], reply, said[54]], Shown(late));
    }

    private static List<PostId> Shown(string page) => [.. CommentsOfPage().Matches(page).Select(match => PostId.Parse(match.Groups[1].Value))];

    [GeneratedRegex("class=\"comment\" id=\"c(\\d+)\"")]
    private static partial Regex CommentsOfPage();

    private static string[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    private async Task<PostId> SayAsync(PersonInWorld who, PostId answered, string text, string? key = null) =>
        Assert.IsType<Commented.Written>(await world.Get<Comments>().AddAsync(new Post { AccountId = who.Id, Caption = text, InReplyToId = answered }, key)).Id;
}
