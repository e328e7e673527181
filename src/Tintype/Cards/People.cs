using Tintype.Storage.Cache;
using Tintype.Storage.Dialects;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;
using Tintype.Web.Views;

namespace Tintype.Cards;

/// <summary>The public face of a person: what anyone may know once they may see the person at all.</summary>
internal sealed record Person(
    AccountId Id, string Username, string DisplayName, string Bio, string Website, MediaId? AvatarId, string? AvatarSecret, bool IsPrivate,
    bool IsDiscoverable, string Language, IReadOnlyList<ProfileField> Fields, AccountRole Role, AccountState State, DateTimeOffset CreatedAt)
{
    public bool IsVisible => State == AccountState.Active;

    /// <summary>The account in the client API's words, composed once and kept with it until its numbers change.</summary>
    public AccountJson? Json { get; set; }

    /// <summary>Their row on pages, composed once and kept with them.</summary>
    public RowMarkup? Row { get; set; }

    public string AvatarUrl => AvatarId is { } id ? $"/avatars/{id}-{AvatarSecret}/160.webp" : $"/avatars/letter/{Username}.svg";

    /// <summary>Whether both say the same, whatever was composed of them.</summary>
    public bool HasRowOf(Person other) => this == other with { Fields = Fields, Json = Json, Row = Row } && Fields.SequenceEqual(other.Fields);

    public PersonView View => new(Id, Username, DisplayName.Length > 0 ? DisplayName : Username, AvatarUrl, IsPrivate);
}

/// <summary>People by id and by username, cached: every card and page shows some, and popular ones are on most.</summary>
internal sealed class People
{
    private readonly AccountTable accounts;
    private readonly PromiseCache<AccountId, Person> byId;
    private readonly NamedCache<AccountId?> byName;
    private readonly TimeProvider time;

    public People(AccountTable accounts, CacheLevels levels)
    {
        (this.accounts, time) = (accounts, levels.Time);
        byId = new(CachePolicies.People, levels, CacheForms.Person, static (old, loaded) => old.HasRowOf(loaded));
        byName = new(CachePolicies.Usernames, levels, CacheForms.MaybeAccount);
        byId.Changed += Changes.Raise;
    }

    /// <summary>Of profiles: what was made of one holds until its stamp rises.</summary>
    public ChangeStamps Changes { get; } = new();

    /// <summary>Whether this is what a look would give now, and without a load.</summary>
    public bool AreKnownAs(Person? person) =>
        person is not null && byId.Hold(person.Id) is { } entry && entry.TryRead(time.GetTimestamp(), out var known) && ReferenceEquals(known, person);

    /// <summary>Known people among <paramref name="ids"/>, whatever their state; the unknown are not in the result.</summary>
    public async Task<IReadOnlyDictionary<AccountId, Person>> GetAsync(IEnumerable<AccountId> ids, CancellationToken cancel = default)
    {
        AccountId[] distinct = [.. ids.Distinct()];
        var found = await GetAllAsync(distinct);
        return found.OfType<Person>().ToDictionary(person => person.Id);
    }

    /// <summary>People in the order of the ids, one for each; null where unknown. Made for pages: free of allocations but the answer.</summary>
    public ValueTask<Person?[]> GetAllAsync(AccountId[] ids) => byId.GetAsync(ids, LoadAsync);

    /// <summary>One person, whatever their state; null when unknown. However many ask at once, one looks.</summary>
    public async ValueTask<Person?> FindAsync(AccountId id, CancellationToken cancel = default) => (await GetAllAsync([id]))[0];

    /// <summary>Who has this username, in any case of letters.</summary>
    public async ValueTask<Person?> FindAsync(string username, CancellationToken cancel = default) =>
        await FindIdAsync(username) is { } known ? await FindAsync(known, cancel) : null;

    /// <inheritdoc cref="FindAsync(string, CancellationToken)"/>
    public ValueTask<AccountId?> FindIdAsync(string username) =>
        byName.GetAsync(CacheKeys.Username(username), () => accounts.FindIdAsync(NameKind.Username, username, Freshness.Any, CancellationToken.None));

    /// <summary>The people @named in a text, among those who are here; at most ten: more is spam.</summary>
    public async Task<IReadOnlyList<Mention>> NamedInAsync(string text, CancellationToken cancel = default)
    {
        const int most = 10;
        var named = new List<Mention>();
        foreach (var name in CaptionText.Mentions(text).Take(most))
        {
            if (await FindAsync(name, cancel) is { IsVisible: true } person)
            {
                named.Add(new Mention(person.Id, person.Username));
            }
        }
        return named;
    }

    /// <summary>To be called after a profile was written, by whoever wrote it.</summary>
    public ValueTask ForgetAsync(AccountId id, string? username = null)
    {
        byId.Forget(id);
        if (username is not null)
        {
            byName.Forget(CacheKeys.Username(username));
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Shows a person's drawn initial again when their picture turned out to be none.</summary>
    public async Task TakeAvatarOffAsync(AccountId id, MediaId picture, CancellationToken cancel)
    {
        if (await accounts.TakeAvatarOffAsync(id, picture, cancel))
        {
            await ForgetAsync(id);
        }
    }

    private async Task<Person?[]> LoadAsync(AccountId[] ids)
    {
        var rows = (await accounts.GetAsync(ids, Freshness.Any)).ToDictionary(account => account.Id);
        return [.. ids.Select(id => rows.TryGetValue(id, out var account) ? Of(account) : null)];
    }

    private static Person Of(Account account) => new(
        account.Id, account.Username, account.DisplayName, account.Bio, account.Website, account.AvatarId, account.AvatarSecret, account.IsPrivate,
        account.IsDiscoverable, account.Language, account.Fields, account.Role, account.State, account.CreatedAt);
}
