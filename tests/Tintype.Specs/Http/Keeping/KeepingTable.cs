namespace Tintype.Specs.Http.Keeping;

/// <summary>
/// Who may keep the answer to a request: strangers' (proxies and browsers, briefly, when nobody signed in asked), everybody's (whoever
/// asked), forever (the address names the content), form (a page with a token in it), own (one person's), nobody.
/// </summary>
internal sealed record KeepingLine(string Keeping, string Method, string Path, string Query);

internal static class KeepingTable
{
    public static readonly IReadOnlyList<KeepingLine> Lines = [.. Text.Split('\n').Where(line => line.Length > 0).Select(Read)];

    private static KeepingLine Read(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var address = words[2].Split('?');
        return new(words[0], words[1], address[0], address.Length == 2 ? $"?{address[1]}" : "");
    }

    private const string Text =
        """
        strangers GET    /
        strangers GET    /@{username}
        strangers GET    /@{username}/followers
        strangers GET    /@{username}/following
        strangers GET    /@{username}/{id}
        strangers GET    /@{username}/{id}/likes
        strangers GET    /api/v1/accounts/lookup?acct={username}
        strangers GET    /api/v1/accounts/{id}
        strangers GET    /api/v1/accounts/{id}/featured_tags
        strangers GET    /api/v1/accounts/{id}/followers
        strangers GET    /api/v1/accounts/{id}/following
        strangers GET    /api/v1/accounts/{id}/statuses
        strangers GET    /api/v1/statuses?id[]={post}
        strangers GET    /api/v1/statuses/{id}
        strangers GET    /api/v1/statuses/{id}/context
        strangers GET    /api/v1/statuses/{id}/favourited_by
        strangers GET    /api/v1/statuses/{id}/history
        strangers GET    /api/v1/statuses/{id}/reblogged_by
        strangers GET    /api/v1/timelines/public
        strangers GET    /api/v1/timelines/tag/{tag}
        strangers GET    /api/v1/trends/statuses
        strangers GET    /api/v1/trends/tags
        strangers GET    /api/v2/search?q={tag}
        strangers GET    /explore
        strangers GET    /oembed?url={url}
        strangers GET    /places/{name}
        strangers GET    /search?q={tag}
        strangers GET    /search/suggest?q={tag}
        strangers GET    /tags/{tag}

        everybody GET    /.well-known/host-meta
        everybody GET    /.well-known/nodeinfo
        everybody GET    /.well-known/oauth-authorization-server
        everybody GET    /api/docs
        everybody GET    /api/docs/scalar.js
        everybody GET    /api/v1/accounts/{id}/endorsements
        everybody GET    /api/v1/custom_emojis
        everybody GET    /api/v1/instance
        everybody GET    /api/v1/instance/activity
        everybody GET    /api/v1/instance/domain_blocks
        everybody GET    /api/v1/instance/peers
        everybody GET    /api/v1/instance/rules
        everybody GET    /api/v1/tags/{tag}
        everybody GET    /api/v1/trends/links
        everybody GET    /api/v2/instance
        everybody GET    /favicon.ico
        everybody GET    /nodeinfo/2.0
        everybody GET    /offline
        everybody GET    /openapi/{documentName}.json
        everybody GET    /robots.txt
        everybody GET    /sw.js

        forever   GET    /assets/{version}/{name}
        forever   GET    /avatars/letter/{username}.svg
        forever   GET    /avatars/{avatar}/{file}
        forever   GET    /headers/original/missing.png
        forever   GET    /media/{photo}/{file}

        form      GET    /login
        form      GET    /oauth/authorize
        form      GET    /restore
        form      GET    /signup

        own       GET    /activity
        own       GET    /activity/unread
        own       GET    /api/v1/accounts/familiar_followers
        own       GET    /api/v1/accounts/relationships
        own       GET    /api/v1/accounts/search
        own       GET    /api/v1/accounts/verify_credentials
        own       GET    /api/v1/accounts/{id}/lists
        own       GET    /api/v1/announcements
        own       GET    /api/v1/apps/verify_credentials
        own       GET    /api/v1/blocks
        own       GET    /api/v1/bookmarks
        own       GET    /api/v1/conversations
        own       GET    /api/v1/domain_blocks
        own       GET    /api/v1/endorsements
        own       GET    /api/v1/favourites
        own       GET    /api/v1/featured_tags
        own       GET    /api/v1/filters
        own       GET    /api/v1/follow_requests
        own       GET    /api/v1/followed_tags
        own       GET    /api/v1/lists
        own       GET    /api/v1/markers
        own       GET    /api/v1/media/{id}
        own       GET    /api/v1/mutes
        own       GET    /api/v1/notifications
        own       GET    /api/v1/notifications/unread_count
        own       GET    /api/v1/notifications/{id}
        own       GET    /api/v1/preferences
        own       GET    /api/v1/scheduled_statuses
        own       GET    /api/v1/statuses/{id}/source
        own       GET    /api/v1/suggestions
        own       GET    /api/v1/timelines/home
        own       GET    /api/v2/filters
        own       GET    /api/v2/suggestions
        own       GET    /bookmarks
        own       GET    /feed/new
        own       GET    /media/{id}/original
        own       GET    /media/{id}/state
        own       GET    /new
        own       GET    /posts/{id}/edit
        own       GET    /requests
        own       GET    /settings
        own       GET    /settings/account
        own       GET    /settings/blocked
        own       GET    /settings/delete
        own       GET    /settings/muted
        own       GET    /settings/privacy
        own       GET    /settings/sessions

        nobody    POST   /activity/read
        nobody    POST   /api/v1/accounts
        nobody    PATCH  /api/v1/accounts/update_credentials
        nobody    POST   /api/v1/accounts/{id}/block
        nobody    POST   /api/v1/accounts/{id}/follow
        nobody    POST   /api/v1/accounts/{id}/mute
        nobody    POST   /api/v1/accounts/{id}/remove_from_followers
        nobody    POST   /api/v1/accounts/{id}/unblock
        nobody    POST   /api/v1/accounts/{id}/unfollow
        nobody    POST   /api/v1/accounts/{id}/unmute
        nobody    POST   /api/v1/apps
        nobody    POST   /api/v1/follow_requests/{id}/authorize
        nobody    POST   /api/v1/follow_requests/{id}/reject
        nobody    POST   /api/v1/markers
        nobody    POST   /api/v1/media
        nobody    DELETE /api/v1/media/{id}
        nobody    PUT    /api/v1/media/{id}
        nobody    POST   /api/v1/media/{id}/retry
        nobody    POST   /api/v1/notifications/clear
        nobody    POST   /api/v1/notifications/{id}/dismiss
        nobody    POST   /api/v1/statuses
        nobody    DELETE /api/v1/statuses/{id}
        nobody    PUT    /api/v1/statuses/{id}
        nobody    POST   /api/v1/statuses/{id}/bookmark
        nobody    POST   /api/v1/statuses/{id}/favourite
        nobody    POST   /api/v1/statuses/{id}/restore
        nobody    POST   /api/v1/statuses/{id}/unbookmark
        nobody    POST   /api/v1/statuses/{id}/unfavourite
        nobody    POST   /api/v2/media
        nobody    POST   /block/{id}
        nobody    POST   /follow/{id}
        nobody    GET    /healthz/live
        nobody    GET    /healthz/ready
        nobody    GET    /healthz/ready/{role}
        nobody    GET    /metrics/caches
        nobody    POST   /login
        nobody    POST   /logout
        nobody    POST   /media/{id}/retry
        nobody    GET    /metrics
        nobody    POST   /mute/{id}
        nobody    POST   /new
        nobody    POST   /new/media
        nobody    POST   /oauth/authorize
        nobody    POST   /oauth/revoke
        nobody    POST   /oauth/token
        nobody    POST   /posts/{id}/bookmark
        nobody    POST   /posts/{id}/comments
        nobody    POST   /posts/{id}/delete
        nobody    POST   /posts/{id}/edit
        nobody    POST   /posts/{id}/like
        nobody    POST   /posts/{id}/restore
        nobody    POST   /posts/{id}/unbookmark
        nobody    POST   /posts/{id}/unlike
        nobody    POST   /requests/{id}/accept
        nobody    POST   /requests/{id}/reject
        nobody    POST   /restore
        nobody    POST   /restore/cancel
        nobody    POST   /settings
        nobody    POST   /settings/apps/{id}/revoke
        nobody    POST   /settings/delete
        nobody    POST   /settings/email
        nobody    POST   /settings/password
        nobody    POST   /settings/privacy
        nobody    POST   /settings/sessions/{id}/revoke
        nobody    POST   /signup
        nobody    POST   /unblock/{id}
        nobody    POST   /unfollow/{id}
        nobody    POST   /unmute/{id}
        """;
}
