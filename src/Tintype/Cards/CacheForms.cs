using Tintype.Storage.Cache.Levels;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Storage.Tables.Search;

namespace Tintype.Cards;

/// <summary>
/// What is kept on the shared cache level looks like this. Whoever changes a form, or a record that has one, raises
/// <see cref="Storage.Cache.CacheKeys.Schema"/>: a spec holds every member of them to coming back.
/// </summary>
internal static class CacheForms
{
    public static readonly CacheForm<AccountId?> MaybeAccount = new(
        (packed, id) => packed.Maybe(id, static (to, value) => to.Id(value)),
        (ref PackedReader packed) => packed.Maybe(static (ref PackedReader from) => from.Id<Account>()));

    public static readonly CacheForm<IReadOnlyList<AccountId>> Accounts = new(
        (packed, ids) => packed.Ids(ids),
        (ref PackedReader packed) => packed.Ids<Account>());

    public static readonly CacheForm<IReadOnlyList<PostId>> Posts = new(
        (packed, ids) => packed.Ids(ids),
        (ref PackedReader packed) => packed.Ids<Post>());

    public static readonly CacheForm<RowPage<PostId>> PageOfPosts = new(
        (packed, page) =>
        {
            packed.Ids(page.Items);
            packed.Bool(page.More);
        },
        (ref PackedReader packed) => new RowPage<PostId>(packed.Ids<Post>(), packed.Bool()));

    public static readonly CacheForm<PersonCounts> Counts = new(
        (packed, counts) =>
        {
            packed.Number(counts.Posts);
            packed.Number(counts.Followers);
            packed.Number(counts.Following);
            packed.Number(counts.Requests);
            packed.Maybe(counts.LastPostAt, static (to, value) => to.Time(value));
        },
        (ref PackedReader packed) => new PersonCounts(packed.Number(), packed.Number(), packed.Number(), packed.Number(), Time(ref packed)));

    public static readonly CacheForm<Relations> Relations = new(
        (packed, relations) =>
        {
            packed.Id(relations.ViewerId);
            packed.Ids(relations.Following);
            packed.Ids(relations.Requested);
            packed.Ids(relations.Blocking);
            packed.Ids(relations.BlockedBy);
            packed.Ids(relations.Muting);
        },
        (ref PackedReader packed) => new Relations
        {
            ViewerId = packed.Id<Account>(), Following = packed.Ids<Account>(), Requested = packed.Ids<Account>(),
            Blocking = packed.Ids<Account>(), BlockedBy = packed.Ids<Account>(), Muting = packed.Ids<Account>(),
        });

    public static readonly CacheForm<IReadOnlyList<Suggestion>> Suggestions = new(
        (packed, suggestions) => packed.List(suggestions, static (to, one) =>
        {
            to.Id(one.Person);
            to.Ids(one.Through);
        }),
        (ref PackedReader packed) => packed.List(static (ref PackedReader from) => new Suggestion(from.Id<Account>(), from.Ids<Account>())));

    public static readonly CacheForm<IReadOnlyList<TagHit>> Tags = new(
        (packed, tags) => packed.List(tags, static (to, tag) =>
        {
            to.Text(tag.Tag);
            to.Number(tag.Posts);
        }),
        (ref PackedReader packed) => packed.List(static (ref PackedReader from) => new TagHit { Tag = from.Text()!, Posts = from.Number() }));

    public static readonly CacheForm<IReadOnlyList<PlaceHit>> Places = new(
        (packed, places) => packed.List(places, static (to, place) =>
        {
            to.Text(place.PlaceKey);
            to.Text(place.Name);
            to.Text(place.Country);
            to.Text(place.Words);
            to.Number(place.Posts);
        }),
        (ref PackedReader packed) => packed.List(static (ref PackedReader from) => new PlaceHit
        {
            PlaceKey = from.Text()!, Name = from.Text()!, Country = from.Text(), Words = from.Text()!, Posts = from.Number(),
        }));

    public static readonly CacheForm<Person> Person = new(
        (packed, person) =>
        {
            packed.Id(person.Id);
            packed.Text(person.Username);
            packed.Text(person.DisplayName);
            packed.Text(person.Bio);
            packed.Text(person.Website);
            packed.Maybe(person.AvatarId, static (to, id) => to.Id(id));
            packed.Text(person.AvatarSecret);
            packed.Bool(person.IsPrivate);
            packed.Bool(person.IsDiscoverable);
            packed.Text(person.Language);
            packed.List(person.Fields, static (to, field) =>
            {
                to.Text(field.Name);
                to.Text(field.Value);
            });
            packed.Number((int)person.Role);
            packed.Number((int)person.State);
            packed.Time(person.CreatedAt);
        },
        (ref PackedReader packed) => new Person(
            packed.Id<Account>(), packed.Text()!, packed.Text()!, packed.Text()!, packed.Text()!, packed.Maybe(static (ref PackedReader from) => from.Id<Photo>()),
            packed.Text(), packed.Bool(), packed.Bool(), packed.Text()!,
            packed.List(static (ref PackedReader from) => new ProfileField(from.Text()!, from.Text()!)),
            (AccountRole)packed.Number(), (AccountState)packed.Number(), packed.Time()));

    /// <summary>The rows of a card: its author is looked up by whoever unpacks it.</summary>
    public static readonly CacheForm<Card> Card = new(
        (packed, card) =>
        {
            Pack(packed, card.Post);
            packed.List(card.Photos, Pack);
        },
        (ref PackedReader packed) => Cards.Card.WithoutAuthor(UnpackPost(ref packed), packed.List(UnpackPhoto)));

    private static void Pack(PackedWriter packed, Post post)
    {
        packed.Id(post.Id);
        packed.Id(post.AccountId);
        packed.Maybe(post.RootId, static (to, id) => to.Id(id));
        packed.Maybe(post.InReplyToId, static (to, id) => to.Id(id));
        packed.Maybe(post.InReplyToAccountId, static (to, id) => to.Id(id));
        packed.Text(post.Caption);
        packed.Bool(post.Place is not null);
        if (post.Place is { } place)
        {
            packed.Text(place.Name);
            packed.Text(place.Country);
            packed.Maybe(place.Latitude, static (to, value) => to.Real(value));
            packed.Maybe(place.Longitude, static (to, value) => to.Real(value));
        }
        packed.Ids(post.Tagged);
        packed.List(post.Mentions, static (to, mention) =>
        {
            to.Id(mention.Id);
            to.Text(mention.Username);
        });
        packed.Number((int)post.Visibility);
        packed.Bool(post.Sensitive);
        packed.Text(post.SpoilerText);
        packed.Text(post.Language);
        packed.Number((int)post.State);
        packed.Number(post.Likes);
        packed.Number(post.Comments);
        packed.Time(post.CreatedAt);
        packed.Maybe(post.EditedAt, static (to, value) => to.Time(value));
        packed.Maybe(post.DeletedAt, static (to, value) => to.Time(value));
        packed.Maybe(post.AppId, static (to, id) => to.Id(id));
    }

    private static Post UnpackPost(ref PackedReader packed) => new()
    {
        Id = packed.Id<Post>(), AccountId = packed.Id<Account>(), RootId = Id<Post>(ref packed), InReplyToId = Id<Post>(ref packed),
        InReplyToAccountId = Id<Account>(ref packed), Caption = packed.Text()!,
        Place = packed.Bool() ? new Place(packed.Text()!, packed.Text(), Real(ref packed), Real(ref packed)) : null,
        Tagged = packed.Ids<Account>(), Mentions = packed.List(static (ref PackedReader from) => new Mention(from.Id<Account>(), from.Text()!)),
        Visibility = (Visibility)packed.Number(), Sensitive = packed.Bool(), SpoilerText = packed.Text()!, Language = packed.Text(),
        State = (PostState)packed.Number(), Likes = packed.Number(), Comments = packed.Number(), CreatedAt = packed.Time(),
        EditedAt = Time(ref packed), DeletedAt = Time(ref packed), AppId = Id<ClientApp>(ref packed),
    };

    private static void Pack(PackedWriter packed, Photo photo)
    {
        packed.Id(photo.Id);
        packed.Id(photo.AccountId);
        packed.Maybe(photo.PostId, static (to, id) => to.Id(id));
        packed.Number(photo.Position);
        packed.Number((int)photo.State);
        packed.Text(photo.FailedReason);
        packed.Text(photo.Secret);
        packed.Text(photo.Sha256);
        packed.Text(photo.ContentType);
        packed.Number(photo.Bytes);
        packed.Number(photo.Width);
        packed.Number(photo.Height);
        packed.Text(photo.BlurHash);
        packed.Text(photo.Description);
        packed.Real(photo.FocusX);
        packed.Real(photo.FocusY);
        packed.Text(photo.RenditionPrefix);
        packed.Maybe(photo.TakenAt, static (to, value) => to.Time(value));
        packed.Maybe(photo.Latitude, static (to, value) => to.Real(value));
        packed.Maybe(photo.Longitude, static (to, value) => to.Real(value));
        packed.Time(photo.CreatedAt);
    }

    private static Photo UnpackPhoto(ref PackedReader packed) => new()
    {
        Id = packed.Id<Photo>(), AccountId = packed.Id<Account>(), PostId = Id<Post>(ref packed), Position = (int)packed.Number(),
        State = (MediaState)packed.Number(), FailedReason = packed.Text(), Secret = packed.Text()!, Sha256 = packed.Text()!, ContentType = packed.Text()!,
        Bytes = packed.Number(), Width = (int)packed.Number(), Height = (int)packed.Number(), BlurHash = packed.Text(), Description = packed.Text(),
        FocusX = packed.Real(), FocusY = packed.Real(), RenditionPrefix = packed.Text(), TakenAt = Time(ref packed),
        Latitude = Real(ref packed), Longitude = Real(ref packed), CreatedAt = packed.Time(),
    };

    private static Id<TKind>? Id<TKind>(ref PackedReader packed) => packed.Maybe(static (ref PackedReader from) => from.Id<TKind>());

    private static DateTimeOffset? Time(ref PackedReader packed) => packed.Maybe(static (ref PackedReader from) => from.Time());

    private static double? Real(ref PackedReader packed) => packed.Maybe(static (ref PackedReader from) => from.Real());
}
