namespace Tintype.Web.Views;

/// <summary>Whether the viewer may see a person's photos, and if not, why.</summary>
public enum ProfileAccess { Open, Private, BlockedByMe }

/// <summary>A person's page.</summary>
/// <param name="BioHtml">Escaped, with links; safe to print raw.</param>
/// <param name="Website">An http(s) address, or null.</param>
/// <param name="FollowedBy">Up to three followers of theirs whom the viewer follows.</param>
/// <param name="Requests">Waiting follow requests; only on one's own page.</param>
public sealed record ProfileView(
    PersonView Person, string BioHtml, string? Website, DateTimeOffset JoinedAt, FollowState State, bool FollowsMe, bool Muted,
    ProfileAccess Access, long Posts, long Followers, long Following, IReadOnlyList<PersonView> FollowedBy, int Requests,
    Page<TileView> Tiles);

public enum PeopleList { Followers, Following, Requests, Blocked, Muted, Likes }

/// <summary>A list of people: who follows, who is followed, who asks to follow, who is blocked, who likes a photo.</summary>
/// <param name="Of">Whose followers or following; null for lists of one's own (requests, blocked, muted).</param>
/// <param name="BackUrl">Where the back arrow leads.</param>
public sealed record PeopleListView(PeopleList Kind, PersonView? Of, string BackUrl, Page<PersonRowView> People);

/// <summary>Photos kept for later; nobody else sees them.</summary>
public sealed record BookmarksView(Page<TileView> Tiles);
