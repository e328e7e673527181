using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Tintype.Accounts;
using Tintype.Cards;
using Tintype.Storage.Model;
using Tintype.Storage.Objects;
using Tintype.Storage.Shards;
using Tintype.Storage.Tables;

namespace Tintype.Demo;

/// <summary>
/// Fills an empty instance with the made-up community while the site is up: people, follows, pictures through the ordinary upload and its
/// jobs, then hearts and comments as the pictures go live. Broken off, it goes on where it was at the next start.
/// </summary>
internal sealed class DemoCommunity(
    ShardMap map, OutboxTable outbox, IObjectStore objects, AccountTable accounts, FollowTable follows, FollowImport followImport, SharedKeyTable keys, ViewerFlagChanges flags,
    PasswordHasher hasher, PhotoPostTable posts, PostTable postRows, People people, RelationCache relations, CardStore cards, Settings settings, TimeProvider time, ILogger<DemoCommunity> log)
    : BackgroundService
{
    /// <summary>Of <see cref="Cast.Visitor"/>, for everybody who tries the demo.</summary>
    public const string Password = "tintype-demo";

    private const string Began = "demo:began";
    private const string Done = "demo:done";

    // Pictures that are painted and wait to be uploaded: a few, they are 300 KB each.
    private const int PaintedAhead = 4;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(150);

    private readonly Past uploading = new(map, outbox, objects, flags);
    private readonly Past talking = new(map, outbox, objects, flags);

    /// <summary>Marks an empty instance as a demo.</summary>
    /// <exception cref="SettingsException">There are people already, and it is not a demo.</exception>
    public async Task ClaimAsync(CancellationToken cancel)
    {
        if ((await keys.AllAsync(Began, cancel)).Count == 0 && await accounts.CountFromAllShardsAsync(time.GetUtcNow(), cancel) is { All: > 0 })
        {
            throw new SettingsException("There are people on this instance already: the demo does not mix with them. Give it a folder of its own, for example --data demo.");
        }
        await keys.AddOrGetAsync(Began, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FillAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogInformation("The demo is not complete; it goes on at the next start");
        }
        catch (Exception error)
        {
            log.LogError(error, "The demo stopped half way; it goes on at the next start");
        }
    }

    private async Task FillAsync(CancellationToken cancel)
    {
        if ((await keys.AllAsync(Done, cancel)).Count > 0)
        {
            return;
        }
        var began = DateTimeOffset.Parse((await keys.AllAsync(Began, cancel))[0], CultureInfo.InvariantCulture);
        var plan = new DemoPlan(began, settings.DemoPhotos);
        var cast = await PeopleAsync(began, cancel);
        await followImport.AddAsync([.. plan.Follows.Select(pair => (cast[pair.Follower].Id, cast[pair.Followee].Id))], cancel);
        await AskAsync(cast, cancel);
        // The visitor may be here already.
        await relations.ForgetAsync([.. cast.Values.Select(account => account.Id)]);
        var posted = Channel.CreateUnbounded<(PlannedPost Planned, PostId Id)>();
        await Task.WhenAll(PostAsync(plan, cast, posted.Writer, cancel), TalkAsync(cast, posted.Reader, cancel));
        await keys.AddOrGetAsync(Done, "yes", cancel);
        log.LogInformation("The demo is complete: {People} people, {Posts} posts", cast.Count, plan.Posts.Count);
    }

    private async Task<ConcurrentDictionary<CastMember, Account>> PeopleAsync(DateTimeOffset began, CancellationToken cancel)
    {
        var cast = new ConcurrentDictionary<CastMember, Account>();
        foreach (var member in Cast.People)
        {
            uploading.Turn(began.AddDays(-60).AddHours(cast.Count * 7));
            cast[member] = await FindAsync(member, cancel) ?? await JoinAsync(member, began.AddDays(-60).AddHours(cast.Count * 7), cancel);
        }
        return cast;
    }

    private async Task<Account?> FindAsync(CastMember member, CancellationToken cancel) =>
        await accounts.FindIdAsync(NameKind.Username, member.Username, cancel: cancel) is { } id ? await accounts.FindAsync(id, cancel) : null;

    private async Task<Account> JoinAsync(CastMember member, DateTimeOffset joined, CancellationToken cancel)
    {
        var account = new Account
        {
            Id = uploading.Ids.NextAnywhere<Account>(),
            Username = member.Username,
            Email = $"{member.Username}@demo.example",
            PasswordHash = member.Username == Cast.Visitor ? await hasher.HashAsync(Password) : "",
            DisplayName = member.Name,
            Bio = member.Bio,
            Website = member.Website,
            IsPrivate = member.IsPrivate,
            BirthYear = 1990,
            CreatedAt = joined,
        };
        if (await accounts.CreateAsync(account, cancel: cancel) is { } taken)
        {
            throw new InvalidOperationException($"The {taken} of {member.Username} is taken.");
        }
        await people.ForgetAsync(account.Id, account.Username);
        return account;
    }

    /// <summary>Gives somebody a face, unless they have one.</summary>
    private async Task ShowFaceAsync(ConcurrentDictionary<CastMember, Account> cast, CastMember member, CancellationToken cancel)
    {
        var account = cast[member];
        if (account.AvatarId is not null)
        {
            return;
        }
        using var staged = await StageAsync(Painting.Portrait.Paint(Cast.People.ToList().IndexOf(member)), cancel);
        var photo = await uploading.Photos.KeepAvatarAsync(staged, account.Id, cancel);
        cast[member] = account with { AvatarId = photo.Id, AvatarSecret = photo.Secret };
        await accounts.UpdateProfileAsync(cast[member], cancel);
        await people.ForgetAsync(account.Id);
    }

    private async Task AskAsync(ConcurrentDictionary<CastMember, Account> cast, CancellationToken cancel)
    {
        foreach (var asked in cast.Where(pair => pair.Key.IsPrivate).Select(pair => pair.Value.Id))
        {
            foreach (var by in DemoPlan.Asking.Select(member => cast[member].Id))
            {
                await follows.FollowAsync(by, asked, asks: true, cancel);
                await follows.CopyAsync(by, asked, cancel);
            }
        }
    }

    private async Task PostAsync(
        DemoPlan plan, ConcurrentDictionary<CastMember, Account> cast, ChannelWriter<(PlannedPost, PostId)> posted, CancellationToken cancel)
    {
        var painted = Channel.CreateBounded<(PlannedPost Planned, Painting.Painting[] Pictures)>(PaintedAhead);
        var painting = HandOnAsync(painted.Writer, () => PaintAsync(plan, cast, painted.Writer, cancel));
        await HandOnAsync(posted, async () =>
        {
            await foreach (var (planned, pictures) in painted.Reader.ReadAllAsync(cancel))
            {
                uploading.Turn(planned.At);
                await ShowFaceAsync(cast, planned.Author, cancel);
                await posted.WriteAsync((planned, await PostAsync(planned, cast[planned.Author].Id, pictures, cancel)), cancel);
            }
        });
        await painting;
        foreach (var member in Cast.People)
        {
            await ShowFaceAsync(cast, member, cancel);
        }
    }

    private async Task PaintAsync(
        DemoPlan plan, ConcurrentDictionary<CastMember, Account> cast, ChannelWriter<(PlannedPost, Painting.Painting[])> painted, CancellationToken cancel)
    {
        await Task.Yield();
        foreach (var planned in plan.Posts)
        {
            var known = await posts.FindByKeyAsync(cast[planned.Author].Id, KeyOf(planned), cancel) is not null;
            Painting.Painting[] pictures = known ? [] : [.. planned.Seeds.Select(seed => Painting.Painter.Paint(planned.Motif, seed))];
            await painted.WriteAsync((planned, pictures), cancel);
        }
    }

    /// <summary>Whoever reads what <paramref name="work"/> writes hears of its end, good or bad, and does not wait for ever.</summary>
    private static async Task HandOnAsync<T>(ChannelWriter<T> writer, Func<Task> work)
    {
        try
        {
            await work();
            writer.Complete();
        }
        catch (Exception error)
        {
            writer.Complete(error);
            throw;
        }
    }

    private async Task<PostId> PostAsync(PlannedPost planned, AccountId author, Painting.Painting[] pictures, CancellationToken cancel)
    {
        if (await posts.FindByKeyAsync(author, KeyOf(planned), cancel) is { } known)
        {
            return known;
        }
        var photos = new List<(MediaId, string?)>();
        foreach (var picture in pictures)
        {
            using var staged = await StageAsync(picture.Jpeg, cancel);
            var photo = new Photo
            {
                AccountId = author, ContentType = "image/jpeg", Width = picture.Width, Height = picture.Height, Description = picture.Alt, TakenAt = planned.At,
            };
            photos.Add(((await uploading.Photos.KeepAsync(staged, photo, cancel)).Id, picture.Alt));
        }
        var draft = new Post { AccountId = author, Caption = planned.Caption, Place = planned.Place, Language = "en" };
        return await uploading.Posts.PublishAsync(draft, photos, KeyOf(planned), cancel) is Publication.Published { Post: var post }
            ? post.Id
            : throw new InvalidOperationException($"Post {planned.Number} of the demo could not be published.");
    }

    private async Task TalkAsync(ConcurrentDictionary<CastMember, Account> cast, ChannelReader<(PlannedPost Planned, PostId Id)> posted, CancellationToken cancel)
    {
        await foreach (var (planned, id) in posted.ReadAllAsync(cancel))
        {
            if (!await IsLiveAsync(id, cancel))
            {
                continue;
            }
            talking.Turn(planned.At.AddMinutes(1));
            foreach (var liker in planned.Likers)
            {
                if (await talking.Likes.SetAsync(cast[liker].Id, id, liked: true, cancel) is { } like)
                {
                    await talking.Likes.CarryAsync(like, cancel);
                }
            }
            foreach (var (comment, number) in planned.Comments.Select((comment, number) => (comment, number)))
            {
                await SayAsync(planned, id, cast[planned.Author].Id, cast[comment.By].Id, comment, number, cancel);
            }
            cards.Forget(id);
        }
    }

    private async Task SayAsync(PlannedPost planned, PostId post, AccountId author, AccountId by, PlannedComment comment, int number, CancellationToken cancel)
    {
        var draft = new Post { AccountId = by, RootId = post, InReplyToId = post, InReplyToAccountId = author, Caption = comment.Text, Language = "en" };
        talking.Turn(comment.At);
        var said = await talking.Comments.AddAsync(draft, $"{KeyOf(planned)}:{number}", cancel);
        if (said is not null && comment.Answer is { } answer)
        {
            talking.Turn(comment.At.AddMinutes(3));
            await talking.Comments.AddAsync(
                draft with { AccountId = author, InReplyToId = said.Comment.Id, InReplyToAccountId = by, Caption = answer }, $"{KeyOf(planned)}:{number}:answer", cancel);
        }
    }

    /// <summary>Waits for the renditions; false when a picture of the post failed, which its author's page shows.</summary>
    private async Task<bool> IsLiveAsync(PostId id, CancellationToken cancel)
    {
        while (true)
        {
            var state = (await postRows.FindAsync(id, cancel))?.State;
            if (state is not PostState.Processing)
            {
                return state == PostState.Live;
            }
            await Task.Delay(LookAgain, time, cancel);
        }
    }

    private async Task<StagedObject> StageAsync(byte[] jpeg, CancellationToken cancel) =>
        await objects.Staging.StageAsync(new MemoryStream(jpeg), jpeg.Length, cancel) ?? throw new InvalidOperationException("A picture is longer than it is.");

    private static string KeyOf(PlannedPost planned) => $"demo:{planned.Number}";
}
