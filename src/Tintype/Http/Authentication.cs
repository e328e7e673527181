using Tintype.Storage.Cache;
using Tintype.Storage.Model;
using Tintype.Storage.Tables;

namespace Tintype.Http;

/// <summary>
/// Finds the person behind a bearer token or session cookie. What was found is remembered for minutes, so that a token costs the
/// database next to nothing; revoking forgets it in every process at once, and who does not hear of that remembers for seconds.
/// </summary>
internal sealed class Authentication
{
    // Sliding a session costs a write: an hour's grain is fine for a lifetime of days and a list of "last seen".
    private static readonly TimeSpan TouchedEvery = TimeSpan.FromHours(1);

    private readonly TokenTable tokens;
    private readonly TimeProvider time;
    private readonly Settings settings;
    private readonly PromiseCache<TokenId, LiveToken> remembered;
    private readonly Func<TokenId[], Task<LiveToken?[]>> load;

    public Authentication(TokenTable tokens, CacheLevels levels, TimeProvider time, Settings settings)
    {
        (this.tokens, this.time, this.settings) = (tokens, time, settings);
        remembered = new(CachePolicies.Tokens, levels, isSame: static (old, loaded) => old.SaysTheSameAs(loaded));
        load = LoadAsync;
    }

    /// <summary>Whether who bears this is remembered, be it that it is no token at all.</summary>
    public bool IsKnown(ReadOnlySpan<char> bearer) => !TokenTable.TryReadId(bearer, out var id) || remembered.Has(id);

    /// <summary>What is remembered of who bears this, if it is not to be looked up anew.</summary>
    /// <param name="found">As <see cref="FindAsync"/> says it.</param>
    public bool TryRecall(ReadOnlySpan<char> bearer, out LiveToken? found)
    {
        found = null;
        if (!TokenTable.TryReadId(bearer, out var id))
        {
            return true;
        }
        if (!remembered.TryGet(id, out var kept))
        {
            return false;
        }
        found = Proven(kept, bearer);
        return true;
    }

    /// <returns>Null when the text is no token, it has expired, or its account is not active.</returns>
    public async Task<LiveToken?> FindAsync(string bearer) =>
        // Remembered by id alone: a wrong secret beside a right id finds the row, fails here, and leaves nothing behind.
        TokenTable.TryReadId(bearer, out var id) ? Proven(await remembered.GetAsync(id, load), bearer) : null;

    private LiveToken? Proven(LiveToken? found, ReadOnlySpan<char> bearer) =>
        found is not null && found.IsProvenBy(bearer) && !found.HasExpired(time.GetUtcNow()) ? found : null;

    /// <summary>To be called when tokens were revoked, or their person is something else: what was remembered of them counts no longer.</summary>
    public ValueTask RevokedAsync(params IEnumerable<TokenId> ids)
    {
        foreach (var id in ids)
        {
            remembered.Forget(id);
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether its use was last noted an hour ago.</summary>
    public bool IsTouchDue(LiveToken token) => token.UnusedFor(time.GetUtcNow()) >= TouchedEvery;

    /// <summary>Notes that a token was used; a session lives longer by it.</summary>
    public async Task TouchAsync(LiveToken token, HttpContext context)
    {
        await tokens.TouchAsync(token.Id, time.GetUtcNow(), ClientAddress.Of(context), UserAgent(context), context.RequestAborted);
        remembered.Forget(token.Id);
    }

    /// <summary>What the browser calls itself, at a length that is kept.</summary>
    public static string UserAgent(HttpContext context) =>
        context.Request.Headers.UserAgent.ToString() is { Length: > 300 } longer ? longer[..300] : context.Request.Headers.UserAgent.ToString();

    private async Task<LiveToken?[]> LoadAsync(TokenId[] ids)
    {
        var found = (await tokens.GetAsync(ids)).Where(LetsIn).ToDictionary(token => token.Id);
        return Array.ConvertAll(ids, id => found.TryGetValue(id, out var token) ? new LiveToken(token) : null);
    }

    private bool LetsIn(BearerToken token) => (token.AccountId is null || token.State == AccountState.Active) && token.Kind switch
    {
        TokenKind.AuthorizationCode => false,
        TokenKind.Session => token.LastUsedAt.AddDays(settings.Accounts.SessionDays) >= time.GetUtcNow(),
        _ => true,
    };
}

/// <summary>
/// Puts the <see cref="CurrentUser"/> on the request. A session is believed from its cookie only, an app's token from the Authorization
/// header only; and on pages, which ask for no scope, only if the app was given all of them.
/// </summary>
internal sealed class AuthenticationMiddleware(RequestDelegate next, Authentication authentication, Admission admission, Settings settings)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var byCookie = !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        var bearer = byCookie ? context.Request.Cookies[SessionCookie.Name] : header.AsSpan(Scheme.Length).Trim();
        // Nearly always it is remembered: then nothing here waits, and nothing is made.
        if (authentication.TryRecall(bearer, out var found))
        {
            return FoundAsync(context, found, byCookie);
        }
        return authentication.IsKnown(bearer) ? LookUpAsync(context, bearer.ToString(), byCookie) : AdmitAsync(context, bearer.ToString(), byCookie);
    }

    private async Task LookUpAsync(HttpContext context, string bearer, bool byCookie) => await FoundAsync(context, await authentication.FindAsync(bearer), byCookie);

    private async Task AdmitAsync(HttpContext context, string bearer, bool byCookie)
    {
        using var place = await admission.EnterAsync(context.RequestAborted);
        if (place is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        var found = await authentication.FindAsync(bearer);
        // A place is for as long as things are fetched, not for as long as somebody takes to send a photo or to read one.
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.OnStarting(static place =>
            {
                ((IDisposable)place).Dispose();
                return Task.CompletedTask;
            }, place);
        }
        else
        {
            place.Dispose();
        }
        await FoundAsync(context, found, byCookie);
    }

    private Task FoundAsync(HttpContext context, LiveToken? found, bool byCookie) =>
        found is { User: not null } && byCookie == found.IsSession && authentication.IsTouchDue(found)
            ? TouchAsync(context, found, byCookie)
            : GoOnAsync(context, found, byCookie);

    private async Task TouchAsync(HttpContext context, LiveToken found, bool byCookie)
    {
        await authentication.TouchAsync(found, context);
        if (byCookie)
        {
            SessionCookie.Write(context, context.Request.Cookies[SessionCookie.Name]!, settings);
        }
        await GoOnAsync(context, found, byCookie);
    }

    private Task GoOnAsync(HttpContext context, LiveToken? found, bool byCookie)
    {
        if (found is not null && byCookie == found.IsSession)
        {
            context.SetCaller(found.OpensPages || ApiPaths.IsApi(context.Request.Path) ? found : Caller.WithoutPerson(found));
        }
        else if (!byCookie)
        {
            context.SetCaller(Caller.WithBadToken);
        }
        return next(context);
    }
}
