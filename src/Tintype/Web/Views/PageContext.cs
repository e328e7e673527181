namespace Tintype.Web.Views;

/// <summary>What every page knows besides its own model: who looks, where they are, and how their forms are believed.</summary>
/// <param name="Viewer">Null when nobody is signed in.</param>
/// <param name="Csrf">Antiforgery token for forms; null on pages that are the same for everybody and may be cached.</param>
/// <param name="Path">Path and query of this page: where a form comes back to.</param>
/// <param name="IsFragment">JavaScript asked for the list alone (header X-Fragment), to append it to the page it shows.</param>
/// <param name="Origin">Scheme and host of the public address, without a slash at the end: for OpenGraph.</param>
/// <param name="Notice">One sentence about what just happened, shown once.</param>
public sealed record PageContext(
    ViewerView? Viewer, string? Csrf, string Path, bool IsFragment, DateTimeOffset Now, string Origin, NoticeView? Notice)
{
    /// <summary>It is nobody's yet: pieces that are composed by themselves are left out, and what differs by viewer and moment is a hole.</summary>
    public bool IsComposed { get; init; }

    public bool SignedIn => Viewer is not null;

    public string LogInUrl => $"/login?returnUrl={Uri.EscapeDataString(Path)}";
}

/// <summary>One sentence about what just happened.</summary>
/// <param name="UndoAction">Address that takes it back by POST (offered for ten seconds); null when it cannot be taken back.</param>
public sealed record NoticeView(string Text, string? UndoAction = null);
