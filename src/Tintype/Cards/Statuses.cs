using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>Turns cards and people into the entities of the client API, with the viewer's own flags.</summary>
internal sealed class Statuses(
    CardStore cards, People people, RelationCache relations, ViewerFlagTable flags, CountCache counts, PhotoAddresses addresses, Settings settings)
{
    /// <summary>The statuses among <paramref name="ids"/> that the viewer may see, in the order asked for.</summary>
    /// <param name="viewer">Null for a stranger.</param>
    public async Task<IReadOnlyList<StatusEntity>> GetAsync(IReadOnlyList<PostId> ids, AccountId? viewer, CancellationToken cancel = default)
    {
        var seen = viewer is { } id ? await relations.GetAsync(id, cancel) : null;
        var visible = (await cards.GetAsync(ids, cancel)).Where(card => Audience.MaySee(card, seen)).ToList();
        return await OfAsync(visible, viewer, cancel);
    }

    /// <summary>One status; null when it is not there or not for this viewer.</summary>
    public async Task<StatusEntity?> FindAsync(PostId id, AccountId? viewer, CancellationToken cancel = default) =>
        (await GetAsync([id], viewer, cancel)).FirstOrDefault();

    /// <summary>Entities of cards that the caller has judged already.</summary>
    public async Task<IReadOnlyList<StatusEntity>> OfAsync(IReadOnlyList<Card> visible, AccountId? viewer, CancellationToken cancel = default)
    {
        var mine = viewer is { } id && visible.Count > 0
            ? await flags.GetAsync(id, [.. visible.Select(card => card.Id)], cancel)
            : ViewerFlags.None;
        var authors = await AccountsOfAsync([.. visible.Select(card => card.Author)], cancel);
        return [.. visible.Select(card => Of(card, authors[card.Author.Id], mine))];
    }

    /// <summary>Accounts with these ids that are not gone, in the order asked for.</summary>
    public async Task<IReadOnlyList<AccountEntity>> AccountsAsync(IReadOnlyList<AccountId> ids, CancellationToken cancel = default)
    {
        var known = await people.GetAsync(ids, cancel);
        var visible = ids.Where(known.ContainsKey).Select(id => known[id]).Where(person => person.IsVisible).ToList();
        var entities = await AccountsOfAsync(visible, cancel);
        return [.. visible.Select(person => entities[person.Id])];
    }

    public async Task<AccountEntity> AccountOfAsync(Person person, CancellationToken cancel = default) =>
        (await AccountsOfAsync([person], cancel))[person.Id];

    private async Task<Dictionary<AccountId, AccountEntity>> AccountsOfAsync(IReadOnlyList<Person> persons, CancellationToken cancel)
    {
        var distinct = persons.DistinctBy(person => person.Id).ToList();
        var numbers = await counts.GetAsync([.. distinct.Select(person => person.Id)], cancel);
        return distinct.ToDictionary(person => person.Id, person => Of(person, numbers[person.Id]));
    }

    internal AccountEntity Of(Person person, PersonCounts numbers) => new()
    {
        Id = person.Id,
        Username = person.Username,
        Acct = person.Username,
        DisplayName = person.DisplayName,
        Locked = person.IsPrivate,
        Discoverable = person.IsDiscoverable,
        Indexable = person.IsDiscoverable,
        CreatedAt = person.CreatedAt,
        Note = person.Bio.Length == 0 ? "" : $"<p>{CaptionHtml.Of(person.Bio, [], settings.PublicUrl)}</p>",
        Url = $"{settings.PublicUrl}/@{person.Username}",
        Uri = $"{settings.PublicUrl}/@{person.Username}",
        Avatar = addresses.AbsoluteAvatar(person),
        AvatarStatic = addresses.AbsoluteAvatar(person),
        Header = $"{settings.PublicUrl}/headers/original/missing.png",
        HeaderStatic = $"{settings.PublicUrl}/headers/original/missing.png",
        FollowersCount = numbers.Followers,
        FollowingCount = numbers.Following,
        StatusesCount = numbers.Posts,
        LastStatusAt = numbers.LastPostAt?.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        Fields = [.. person.Fields.Select(field => new FieldEntity(field.Name, CaptionHtml.Of(field.Value, [], settings.PublicUrl), null))],
        Website = person.Website,
    };

    internal StatusEntity Of(Card card, AccountEntity author, ViewerFlags mine)
    {
        var post = card.Post;
        var url = $"{settings.PublicUrl}{card.Path}";
        return new StatusEntity
        {
            Id = post.Id,
            CreatedAt = post.CreatedAt,
            InReplyToId = post.InReplyToId,
            InReplyToAccountId = post.InReplyToAccountId,
            Sensitive = post.Sensitive,
            SpoilerText = post.SpoilerText,
            Visibility = post.Visibility == Visibility.Followers || (card.Root?.Author ?? card.Author).IsPrivate ? "private" : post.Visibility == Visibility.Unlisted ? "unlisted" : "public",
            Language = post.Language,
            Uri = url,
            Url = url,
            EditedAt = post.EditedAt,
            Content = post.Caption.Length == 0 ? "" : $"<p>{CaptionHtml.Of(post.Caption, post.Mentions, settings.PublicUrl)}</p>",
            Account = author,
            MediaAttachments = [.. card.Photos.Select(photo => Of(photo, card.Author))],
            Mentions = [.. post.Mentions.Select(mention => new MentionEntity(mention.Id, mention.Username, $"{settings.PublicUrl}/@{mention.Username}", mention.Username))],
            Tags = [.. CaptionText.Tags(post.Caption).Select(tag => new TagEntity(tag, $"{settings.PublicUrl}/tags/{Uri.EscapeDataString(tag)}"))],
            Place = post.Place is { } place ? new PlaceEntity(CaptionText.PlaceKey(place), place.Name, place.Country, place.Latitude, place.Longitude) : null,
            TakenAt = card.Photos.FirstOrDefault(photo => photo.TakenAt is not null)?.TakenAt,
            RepliesCount = post.Comments,
            FavouritesCount = post.Likes,
            Favourited = mine.Liked.Contains(post.Id),
            Bookmarked = mine.Bookmarked.Contains(post.Id),
        };
    }

    /// <summary>A photo as its owner or a permitted viewer sees it; no addresses until its renditions are there.</summary>
    public MediaEntity Of(Photo photo, Person owner)
    {
        var live = photo.State == MediaState.Live;
        var scale = photo.Width > 640 ? 640.0 / photo.Width : 1;
        return new MediaEntity
        {
            Id = photo.Id,
            Url = live ? addresses.Absolute(photo, owner, 1080, "jpg") : null,
            PreviewUrl = live ? addresses.Absolute(photo, owner, 640, "jpg") : null,
            Meta = live
                ? new MediaMetaEntity(
                    SizeEntity.Of(photo.Width, photo.Height),
                    SizeEntity.Of((int)Math.Round(photo.Width * scale), (int)Math.Round(photo.Height * scale)),
                    new FocusEntity(photo.FocusX, photo.FocusY))
                : null,
            Description = photo.Description,
            Blurhash = photo.BlurHash,
        };
    }
}
