namespace Tintype.Web.Views;

/// <summary>/settings: how others see me.</summary>
public sealed record ProfileSettingsView(string DisplayName, string Bio, string Website, string AvatarUrl, FormErrors Errors);

/// <summary>/settings/account: e-mail and password, two forms. <paramref name="Errors"/> use field names of either.</summary>
public sealed record AccountSettingsView(string Username, string Email, FormErrors Errors);

/// <summary>/settings/privacy.</summary>
public sealed record PrivacySettingsView(bool IsPrivate, int Requests);

/// <summary>/settings/sessions: browsers that are logged in and apps that hold a token.</summary>
public sealed record SessionsView(IReadOnlyList<SessionView> Sessions, IReadOnlyList<AppGrantView> Apps);

/// <param name="Device">"Firefox on Linux".</param>
public sealed record SessionView(string Id, string Device, string? Address, DateTimeOffset LastSeenAt, bool IsCurrent);

public sealed record AppGrantView(string Id, string AppName, IReadOnlyList<string> Scopes, DateTimeOffset GrantedAt);

/// <summary>/settings/delete.</summary>
/// <param name="GraceDays">How long it can be restored by logging in.</param>
public sealed record DeleteAccountView(int GraceDays, FormErrors Errors);
