namespace Tintype.Web.Views;

/// <summary>The home feed.</summary>
/// <param name="NewestId">The newest post this list knows of, from which the new-photos pill counts; null on an empty feed.</param>
/// <param name="Tiles">Recent public photos, shown while the person follows nobody so that the first visit is not bare.</param>
public sealed record HomeView(Page<PostView> Posts, PostId? NewestId, SideView Side, IReadOnlyList<TileView> Tiles);

/// <summary>The right column of wide screens: people to follow, tags of the day.</summary>
public sealed record SideView(IReadOnlyList<PersonRowView> People, IReadOnlyList<TagView> Tags)
{
    public static readonly SideView Empty = new([], []);
}

/// <summary>A #tag; <paramref name="Name"/> without the sign.</summary>
public sealed record TagView(string Name, long Posts)
{
    public string Url => $"/tags/{Uri.EscapeDataString(Name)}";
}

/// <summary>A place that photos name.</summary>
public sealed record PlaceCountView(PlaceView Place, long Posts);

/// <summary>The front door for those who are not signed in: recent public photos.</summary>
/// <param name="SignUpOpen">False when the owner closed registration.</param>
public sealed record LandingView(IReadOnlyList<TileView> Tiles, bool SignUpOpen);
