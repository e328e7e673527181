namespace Tintype.Web.Views;

/// <summary>A person as pages show them beside their photos and comments.</summary>
/// <param name="AvatarUrl">Relative address of a square picture; never null (a drawn initial when none was uploaded).</param>
public sealed record PersonView(AccountId Id, string Username, string DisplayName, string AvatarUrl, bool IsPrivate)
{
    public string Url => $"/@{Username}";
}

/// <summary>What the viewer has to do with another person; decides what the Follow button says.</summary>
public enum FollowState { Self, None, Requested, Following, Blocked }

/// <summary>A person in a list, with the button beside them and one muted line why they are there.</summary>
public sealed record PersonRowView(PersonView Person, FollowState State, bool FollowsMe, string? Why);

/// <summary>The signed-in person on every page; null where nobody is signed in.</summary>
/// <param name="Unread">Unread notifications, capped at 99 by whoever shows it.</param>
public sealed record ViewerView(PersonView Person, int Unread, bool IsOwner);
