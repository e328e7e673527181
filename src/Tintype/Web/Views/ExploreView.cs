namespace Tintype.Web.Views;

/// <summary>Discover: photos by a score that fades with time, people, tags.</summary>
/// <param name="People">Empty when nobody is signed in.</param>
public sealed record ExploreView(Page<TileView> Tiles, IReadOnlyList<PersonRowView> People, IReadOnlyList<TagView> Tags);

/// <summary>All photos under one tag or of one place.</summary>
/// <param name="Title">"#dusk" or "Lofoten, Norway".</param>
public sealed record TopicView(string Title, bool IsPlace, long Posts, Page<TileView> Tiles);

public enum SearchTab { All, People, Tags, Places, Photos }

/// <summary>What was found. With an empty <paramref name="Query"/>, Tags and People hold what is popular.</summary>
public sealed record SearchView(
    string Query, SearchTab Tab, IReadOnlyList<PersonRowView> People, IReadOnlyList<TagView> Tags,
    IReadOnlyList<PlaceCountView> Places, Page<TileView> Photos)
{
    public bool FoundNothing => People.Count + Tags.Count + Places.Count + Photos.Items.Count == 0;
}

/// <summary>One line under the search box while typing; the answer of GET /search/suggest is an array of these.</summary>
/// <param name="Text">What is completed: "@anna", "#dusk", "Lofoten".</param>
/// <param name="Detail">One muted line: the display name, "1,204 photos".</param>
public sealed record SuggestionView(string Text, string? Detail, string Url, string? AvatarUrl);
