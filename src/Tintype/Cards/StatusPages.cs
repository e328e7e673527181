using System.Text.Json;
using Tintype.Http;
using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Cards;

/// <summary>A status of the client API in UTF-8, without what differs by moment or reader: its author's numbers, and the reader's flags at its end.</summary>
/// <param name="Author">Whom it was composed for: another version of the profile needs another composition.</param>
/// <param name="AccountAt">Where the account entity goes.</param>
/// <param name="Print">Of the bytes: <see cref="Cards.Print"/>.</param>
/// <param name="ValidUntil">Signed addresses in it last longer than this; in ticks of the clock it was made by.</param>
internal sealed record CardJson(Person Author, byte[] Bytes, int AccountAt, ulong Print, long ValidUntil);

/// <summary>An account of the client API in UTF-8.</summary>
/// <param name="Numbers">As they stand in it.</param>
/// <param name="Print">Of the bytes: <see cref="Cards.Print"/>.</param>
/// <param name="Entry">Of its numbers in their cache; null when they were gone again before it was made.</param>
internal sealed record AccountJson(PersonCounts Numbers, byte[] Bytes, ulong Print, Held<PersonCounts>? Entry)
{
    /// <summary>Whether its numbers are still the person's.</summary>
    public bool IsGood(long now) => Entry is not null && Entry.TryRead(now, out var numbers) && ReferenceEquals(numbers, Numbers);
}

/// <summary>
/// Answers lists of statuses from bytes composed before. Says the same as <see cref="Statuses"/>, which composes them: a page is then a
/// matter of copying.
/// </summary>
/// <remarks>
/// Composed once per card: everything but the account and the reader's flags. Composed once per author: the account, until a number
/// changes. Per reader: one of four endings.
/// </remarks>
internal sealed class StatusPages(Statuses statuses, ViewerMarks marks, CountCache counts, TimeProvider time)
{
    // Signed addresses hold an hour at least.
    private static readonly TimeSpan SignedFor = TimeSpan.FromMinutes(10);

    // Indexed as ViewerMarks says: liked 1, bookmarked 2.
    private static readonly StatusEnding[] Endings = [.. Enumerable.Range(0, 4).Select(Ending)];

    // By length: what most pages of most readers say, and every remembered page holds.
    private static readonly StatusEnding[][] Unmarked = [.. Enumerable.Range(0, 64).Select(count => Enumerable.Repeat(Endings[0], count).ToArray())];

    /// <summary>The answer for cards that the caller has judged already.</summary>
    /// <param name="before">What was answered for this very list of cards earlier: while nothing of that has changed, it is the answer again.</param>
    public async ValueTask<StatusPage> OfAsync(Card[] cards, AccountId viewer, StatusPage? before = null, CancellationToken cancel = default)
    {
        var now = time.GetTimestamp();
        before = ReferenceEquals(before?.Of, cards) ? before : null;
        if (before is not null && marks.AreAsHeld(viewer, before.Marks, now) && StillSays(before, now))
        {
            NoteHeld(cards, now);
            return before;
        }
        var (marked, by) = await marks.HoldAsync(viewer, cards, cancel);
        var endings = EndingsOf(marked);
        if (before is not null && before.Endings.AsSpan().SequenceEqual(endings) && StillSays(before, now))
        {
            before.Marks = by;
            NoteHeld(cards, now);
            return before;
        }
        return new StatusPage(cards, Composed(cards, now), await AccountsAsync(cards, now), endings) { Marks = by };
    }

    private static StatusEnding[] EndingsOf(byte[] marked) =>
        marked.Length < Unmarked.Length && !marked.AsSpan().ContainsAnyExcept((byte)0) ? Unmarked[marked.Length] : Array.ConvertAll(marked, mark => Endings[mark]);

    // But for its endings. Cards and authors, of which it was composed, never change: only numbers do, and addresses end. What is not looked at here need not be fetched from memory, for each card.
    private static bool StillSays(StatusPage page, long now)
    {
        var same = now < page.ValidUntil;
        foreach (var account in page.Accounts)
        {
            same &= account.IsGood(now);
        }
        return same;
    }

    private CardJson[] Composed(Card[] cards, long now)
    {
        var composed = new CardJson[cards.Length];
        for (var i = 0; i < cards.Length; i++)
        {
            composed[i] = cards[i].Json is { } ready && now < ready.ValidUntil ? ready : cards[i].Json = Compose(cards[i], now);
        }
        return composed;
    }

    private CardJson Compose(Card card, long now)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(statuses.Of(card, null!, ViewerFlags.None), ApiJson.Options).AsSpan();
        // Quotes inside strings are escaped, so these find the members and nothing that somebody wrote.
        var account = json.IndexOf("\"account\":null"u8) + "\"account\":"u8.Length;
        var flags = json.LastIndexOf("\"favourited\":"u8);
        byte[] bytes = [.. json[..account], .. json[(account + "null"u8.Length)..flags]];
        return new CardJson(card.Author, bytes, account, Print.Of(bytes), card.Author.IsPrivate ? now + Ticks(SignedFor) : long.MaxValue);
    }

    private ValueTask<AccountJson[]> AccountsAsync(Card[] cards, long now)
    {
        var accounts = new AccountJson[cards.Length];
        for (var i = 0; i < accounts.Length; i++)
        {
            var author = cards[i].Author;
            if (author.Json is not { } ready || !ready.IsGood(now))
            {
                return new(LookUpAsync(cards, accounts));
            }
            accounts[i] = ready;
        }
        NoteHeld(cards, now);
        return new(accounts);
    }

    private void NoteHeld(Card[] cards, long now)
    {
        if (cards.Length > 0)
        {
            counts.NoteHeld(cards[(int)(now % cards.Length)].Author.Id, cards.Length);
        }
    }

    private async Task<AccountJson[]> LookUpAsync(Card[] cards, AccountJson[] accounts)
    {
        AccountId[] ids = Array.ConvertAll(cards, card => card.Author.Id);
        var numbers = await counts.GetAllAsync(ids);
        var now = time.GetTimestamp();
        for (var i = 0; i < ids.Length; i++)
        {
            var author = cards[i].Author;
            if (author.Json is { } ready && ready.IsGood(now))
            {
                accounts[i] = ready; // Stays the very one: answers that others were given have it in them.
                continue;
            }
            var bytes = author.Json is { } before && before.Numbers == numbers[i]
                ? before.Bytes
                : JsonSerializer.SerializeToUtf8Bytes(statuses.Of(author, numbers[i]), ApiJson.Options);
            accounts[i] = author.Json = new AccountJson(numbers[i], bytes, Print.Of(bytes), counts.Hold(ids[i]));
        }
        return accounts;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private static StatusEnding Ending(int marks)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new StatusEntity
        {
            Id = default, CreatedAt = default, InReplyToId = null, InReplyToAccountId = null, Visibility = "", Uri = "", Url = "", Content = "", Account = null!,
            MediaAttachments = [], Mentions = [], Tags = [], Favourited = (marks & 1) != 0, Bookmarked = (marks & 2) != 0,
        }, ApiJson.Options);
        return new StatusEnding(json[json.AsSpan().LastIndexOf("\"favourited\":"u8)..], (ulong)marks);
    }
}
