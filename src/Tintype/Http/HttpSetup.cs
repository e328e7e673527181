using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Tintype.Http.Keeping;
using Tintype.Http.OpenApi;
using Tintype.Storage.Cache;

namespace Tintype.Http;

/// <summary>What every request passes through, in this order: figures, its id, errors, CORS, who is it, how much of it, antiforgery.</summary>
internal static class HttpSetup
{
    public static void AddHttp(this IServiceCollection services)
    {
        services.AddSingleton<Authentication>();
        services.AddSingleton<Admission>();
        services.AddDataProtection().SetApplicationName("Tintype");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, SharedKeyRing>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = FormTokens.Cookie;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.HeaderName = Antiforgery.Header;
            options.FormFieldName = Antiforgery.Field;
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<FormTokens>();
        services.AddOpenCors();
        services.AddSingleton<Readiness>();
        services.AddApiDocs();
        services.AddRazorComponents();
        // Pages only: what apps read is small or cached as bytes. Tokens in them are masked anew each time, so their length tells nothing.
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["text/html"];
        });
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = ApiJson.Options.PropertyNamingPolicy;
            json.SerializerOptions.Encoder = ApiJson.Options.Encoder;
            foreach (var converter in ApiJson.Options.Converters)
            {
                json.SerializerOptions.Converters.Add(converter);
            }
        });
    }

    /// <summary>What may be called from any web page says so; asking beforehand needs no endpoint.</summary>
    public static void AddOpenCors(this IServiceCollection services) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .AllowAnyOrigin().AllowAnyMethod().WithHeaders("Authorization", "Content-Type", "Idempotency-Key")
            .WithExposedHeaders(ApiPaths.Exposed).SetPreflightMaxAge(TimeSpan.FromDays(1))));

    /// <summary>Scripts of other sites say where they come from; apps do not, and are spared what each request would have to set up for it.</summary>
    public static void UseOpenCors(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Headers.Origin.Count > 0 && ApiPaths.IsOpen(context.Request.Path), api => api.UseCors());

    public static void UseHttp(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<Settings>();
        app.UseMiddleware<RequestFigures>();
        NoItems.Use(app);
        app.UseRequestIds(settings);
        app.UseTrustedProxies(settings);
        app.UseDrain();
        app.UseMiddleware<TrailingSlash>();
        app.UseMiddleware<KeepingGuard>();
        app.UseMiddleware<Web.SecurityHeaders>();
        app.UseOpenCors();
        app.UseWhen(context => !ApiPaths.IsOpen(context.Request.Path), pages => pages.UseResponseCompression());
        app.UseMiddleware<ErrorAnswers>();
        app.UseMiddleware<AuthenticationMiddleware>();
        app.UseMiddleware<RateLimits>();
        app.UseMiddleware<BodyLimits>();
        app.UseMiddleware<Antiforgery>();
        app.UseMiddleware<WordOfWrites>();
        app.UseRouting();
    }
}

/// <summary>Which paths belong to apps rather than to browsers.</summary>
internal static class ApiPaths
{
    /// <summary>Headers that scripts of other sites may read.</summary>
    public static readonly string[] Exposed = ["Link", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After", RequestIds.Header];

    /// <summary>Answer JSON errors.</summary>
    public static bool IsApi(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/oauth/token") || path.StartsWithSegments("/oauth/revoke");

    /// <summary>May be called from any web page (CORS): never with cookies.</summary>
    public static bool IsOpen(PathString path) =>
        IsApi(path) || path.StartsWithSegments("/.well-known") || path.StartsWithSegments("/nodeinfo");
}

/// <summary>/oauth/authorize/ is /oauth/authorize: some clients add a slash.</summary>
internal sealed class TrailingSlash(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        if (path is { Length: > 1 } && path[^1] == '/')
        {
            context.Request.Path = path.TrimEnd('/') is { Length: > 0 } shorter ? shorter : "/";
        }
        return next(context);
    }
}

/// <summary>
/// Unsafe requests of browsers must carry the antiforgery token (form field or header). Bearer tokens are exempt: no browser sends
/// them by itself. On API paths a cookie without the token counts as no cookie.
/// </summary>
internal sealed class Antiforgery(RequestDelegate next, IAntiforgery antiforgery)
{
    public const string Header = "RequestVerificationToken";
    public const string Field = "__RequestVerificationToken";

    public Task InvokeAsync(HttpContext context)
    {
        var method = context.Request.Method;
        var safe = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        return safe ? next(context) : CheckAsync(context);
    }

    private async Task CheckAsync(HttpContext context)
    {
        if (ApiPaths.IsApi(context.Request.Path))
        {
            if (context.User() is { ByCookie: true } && !await ValidAsync(context))
            {
                context.SetCaller(null);
            }
        }
        else if (!IsStreamedUpload(context) && !await ValidAsync(context))
        {
            const string Why = "This form was open too long or did not come from here. Go back, reload the page, and send it again.";
            await (context.WantsJson() ? ApiError.Json(400, Why) : Web.ErrorPages.Answer(400, Why)).ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    /// <summary>For the endpoint that streams its own multipart body: whether the token it found in there is right.</summary>
    public static async Task<bool> IsValidAsync(HttpContext context, string token)
    {
        context.Request.Headers[Header] = FormTokens.Unmask(token);
        return await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
    }

    // Reading the field here would buffer 400 MB of photos: POST /new looks for it itself, as the first part of its body.
    private static bool IsStreamedUpload(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/new") && !context.Request.Headers.ContainsKey(Header);

    // The framework looks at the header first.
    private async Task<bool> ValidAsync(HttpContext context)
    {
        var request = context.Request;
        if ((request.Headers[Header].ToString() is { Length: > 0 } header ? header
            : request.HasFormContentType ? (await request.ReadFormAsync(context.RequestAborted))[Field].ToString() : "") is { Length: > 0 } token)
        {
            request.Headers[Header] = FormTokens.Unmask(token);
        }
        return await antiforgery.IsRequestValidAsync(context);
    }
}
