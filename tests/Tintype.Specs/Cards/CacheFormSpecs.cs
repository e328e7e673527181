using System.Reflection;
using System.Text.Json;
using Tintype.Cards;
using Tintype.Storage.Cache.Levels;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Search;
using Xunit;

namespace Tintype.Specs.Cards;

/// <summary>Every member of what is shared comes back. A member that was added and forgotten here or there fails: then raise CacheKeys.Schema too.</summary>
public sealed class CacheFormSpecs
{
    private static readonly DateTimeOffset Moment = new(2026, 5, 1, 12, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void A_card_comes_back_whole()
    {
        var post = new Post
        {
            Id = new(1L << 60), AccountId = new(2), RootId = new(3), InReplyToId = new(4), InReplyToAccountId = new(5), Caption = "Grüße 👋", Place = new("Lofoten", "Norway", 68.2, -13.6),
            Tagged = [new(9), new(3)], Mentions = [new(new(6), "bob")], Visibility = Visibility.Followers, Sensitive = true, SpoilerText = "careful", Language = "de", State = PostState.Live,
            Likes = 1_000_000, Comments = 7, CreatedAt = Moment, EditedAt = Moment.AddDays(1), DeletedAt = Moment.AddDays(2), AppId = new(8),
        };
        var photo = new Photo
        {
            Id = new(11), AccountId = new(2), PostId = new(12), Position = 9, State = MediaState.Failed, FailedReason = "broken", Secret = "s", Sha256 = "abc", ContentType = "image/jpeg",
            Bytes = 40_000_000, Width = 4000, Height = 3000, BlurHash = "LEHV", Description = "", FocusX = -0.5, FocusY = 0.25, RenditionPrefix = "p", TakenAt = Moment.AddYears(-20),
            Latitude = -33.9, Longitude = 18.4, CreatedAt = Moment,
        };
        AllSet(post);
        AllSet(photo);

        var back = There(CacheForms.Card, Card.WithoutAuthor(post, [photo, new Photo { Id = new(1), AccountId = new(2), CreatedAt = Moment }]));

        Same(post, back.Post);
        Same(photo, back.Photos[0]);
        Assert.Equal((2, null), (back.Photos.Count, back.Photos[1].Description));
    }

    [Fact]
    public void A_person_comes_back_whole()
    {
        var person = new Person(
            new(1), "anna", "Anna", "bio", "https://a.example", new(2), "secret", true, true, "de", [new("pronouns", "she")], AccountRole.Owner, AccountState.Suspended, Moment);
        AllSet(person, nameof(Person.Json), nameof(Person.Row), nameof(Person.IsVisible));

        Same(person, There(CacheForms.Person, person));
        Same(person with { AvatarId = null, AvatarSecret = null, Fields = [] }, There(CacheForms.Person, person with { AvatarId = null, AvatarSecret = null, Fields = [] }));
    }

    [Fact]
    public void Numbers_relations_and_lists_come_back_whole()
    {
        Same(new PersonCounts(1, 2, 3, 4, Moment), There(CacheForms.Counts, new PersonCounts(1, 2, 3, 4, Moment)));
        Same(new PersonCounts(0, 0, 0, -1, null), There(CacheForms.Counts, new PersonCounts(0, 0, 0, -1, null)));
        var relations = new Relations { ViewerId = new(1), Following = [new(2), new(long.MaxValue)], Requested = [new(3)], Blocking = [new(4)], BlockedBy = [new(5)], Muting = [new(6)] };
        Same(relations, There(CacheForms.Relations, relations));
        Same<IReadOnlyList<Suggestion>>([new(new(1), [new(2)]), new(new(3), [])], There(CacheForms.Suggestions, [new(new(1), [new(2)]), new(new(3), [])]));
        Same<IReadOnlyList<TagHit>>([new() { Tag = "fjord", Posts = 3 }], There(CacheForms.Tags, [new() { Tag = "fjord", Posts = 3 }]));
        var place = new PlaceHit { PlaceKey = "k", Name = "n", Country = "c", Words = "w", Posts = 5 };
        AllSet(place);
        Same<IReadOnlyList<PlaceHit>>([place], There(CacheForms.Places, [place]));
        Same(new RowPage<PostId>([new(5), new(4)], true), There(CacheForms.PageOfPosts, new RowPage<PostId>([new(5), new(4)], true)));
        Assert.Null(There(CacheForms.MaybeAccount, null));
        Assert.Equal(new AccountId(7), There(CacheForms.MaybeAccount, new AccountId(7)));
    }

    [Fact]
    public void A_thousand_who_are_followed_take_less_than_their_numbers_do()
    {
        var packed = new PackedWriter();
        CacheForms.Relations.Pack(packed, Relations.Nobody(new(1)) with { Following = [.. Enumerable.Range(0, 1000).Select(n => new AccountId(IdLayout.Compose(Moment.AddMinutes(n * 90), n % 64, 0)))] });

        Assert.InRange(packed.Written.Length, 1000, 8000);
    }

    private static T There<T>(CacheForm<T> form, T value)
    {
        var packed = new PackedWriter();
        form.Pack(packed, value);
        var reader = new PackedReader(packed.Written);
        var back = form.Unpack(ref reader);
        Assert.True(reader.IsAtEnd);
        return back;
    }

    private static void Same<T>(T one, T other) => Assert.Equal(JsonSerializer.Serialize(one), JsonSerializer.Serialize(other));

    /// <summary>The example differs from an empty one in every member, so that none can be forgotten unseen.</summary>
    private static void AllSet<T>(T value, params string[] but) => Assert.All(
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.CanWrite && !but.Contains(member.Name)),
        member => Assert.False(Equals(member.GetValue(value), member.PropertyType.IsValueType ? Activator.CreateInstance(member.PropertyType) : null), $"{typeof(T).Name}.{member.Name} is not set in this spec"));
}
