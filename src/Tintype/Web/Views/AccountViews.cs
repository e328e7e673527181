namespace Tintype.Web.Views;

/// <summary>The sign-up form, as it was typed (passwords are never sent back).</summary>
/// <param name="IsFirst">Nobody is here yet: this person becomes the owner, and the page says so.</param>
public sealed record SignUpView(
    string Username, string Email, string DisplayName, string BirthYear, string? ReturnUrl, bool IsFirst, FormErrors Errors);

public sealed record LogInView(string Login, string? ReturnUrl, FormErrors Errors);

/// <summary>Shown after logging in to an account that was deleted less than 30 days ago.</summary>
public sealed record RestoreView(string Username, DateTimeOffset PurgedAt);

/// <summary>"APP wants to ...": the consent page of OAuth.</summary>
/// <param name="Scopes">In a person's words: "See your photos and your feed".</param>
/// <param name="Fields">Hidden fields that carry the request through (client_id, redirect_uri, scope, state, ..).</param>
/// <param name="RedirectHost">Where the answer goes, as a person can check it: "phanpy.social", "an app on this device".</param>
public sealed record AuthorizeView(
    string AppName, string? AppWebsite, string RedirectHost, IReadOnlyList<string> Scopes,
    IReadOnlyDictionary<string, string> Fields);

/// <summary>The code to carry over to an app by hand (redirect address urn:ietf:wg:oauth:2.0:oob).</summary>
public sealed record AuthorizeCodeView(string AppName, string Code);
