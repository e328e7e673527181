using Tintype.Cards;
using Tintype.Http;
using Tintype.Storage.Model;

namespace Tintype.Upload;

/// <summary>What somebody wrote for a post, as it came in.</summary>
/// <param name="Tagged">Usernames, with or without @, or account ids.</param>
internal sealed record PostWords(string Caption, string Place, IReadOnlyList<string> Tagged)
{
    public string? Country { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public Visibility Visibility { get; init; }
    public bool Sensitive { get; init; }
    public string SpoilerText { get; init; } = "";
    public string? Language { get; init; }
}

internal abstract record DraftResult
{
    internal sealed record Ready(Post Draft) : DraftResult;

    /// <param name="Field">The form's field: caption, place, tagged.</param>
    internal sealed record Wrong(string Field, string Message) : DraftResult;
}

/// <summary>Checks and cleans what is written, and finds the people it names.</summary>
internal sealed class PostDrafts(People people, RelationCache relations)
{
    /// <summary>A post with everything its author says; no id, state or time yet.</summary>
    public async Task<DraftResult> MakeAsync(CurrentUser author, PostWords words, CancellationToken cancel)
    {
        var caption = PostText.Clean(words.Caption);
        if (PostText.TooLong(caption, PostText.MaxCaption))
        {
            return new DraftResult.Wrong("caption", $"A caption has at most {PostText.MaxCaption:N0} characters.");
        }
        if (PostText.TooLong(words.SpoilerText, PostText.MaxCaption))
        {
            return new DraftResult.Wrong("spoiler_text", $"A content warning has at most {PostText.MaxCaption:N0} characters.");
        }
        var place = PostText.Clean(words.Place).ReplaceLineEndings(" ");
        if (PostText.TooLong(place, PostText.MaxPlace))
        {
            return new DraftResult.Wrong("place", $"A place has at most {PostText.MaxPlace} characters.");
        }
        if (words.Tagged.Count > PostText.MaxTagged)
        {
            return new DraftResult.Wrong("tagged", $"At most {PostText.MaxTagged} people can be tagged.");
        }
        var known = await relations.GetAsync(author.Id, cancel);
        var tagged = new List<AccountId>();
        foreach (var name in words.Tagged)
        {
            if (await FindAsync(name, known, cancel) is not { } person)
            {
                return new DraftResult.Wrong("tagged", $"Nobody here is called {name}.");
            }
            tagged.Add(person.Id);
        }
        return new DraftResult.Ready(new Post
        {
            AccountId = author.Id,
            Caption = caption,
            Place = place.Length == 0 ? null : new Place(place, words.Country, words.Latitude, words.Longitude),
            Tagged = [.. tagged.Distinct()],
            Mentions = await people.NamedInAsync(caption, cancel),
            Visibility = words.Visibility,
            Sensitive = words.Sensitive,
            SpoilerText = PostText.Clean(words.SpoilerText),
            Language = words.Language,
            AppId = author.AppId,
        });
    }

    private async Task<Person?> FindAsync(string name, Relations author, CancellationToken cancel)
    {
        var bare = name.Trim().TrimStart('@');
        var person = bare.Length == 0 ? null
            : await people.FindAsync(bare, cancel) ?? (AccountId.TryParse(bare, null, out var id) ? await people.FindAsync(id, cancel) : null);
        return person is not null && Audience.MaySee(person, author) ? person : null;
    }
}
