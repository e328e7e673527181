using Microsoft.AspNetCore.Http.Features;

namespace Tintype.Http;

/// <summary>
/// Lets the two profile forms be as large as a picture: their antiforgery token stands inside the body, so the limit must be known
/// before anything of it is read.
/// </summary>
internal sealed class BodyLimits(RequestDelegate next, Settings settings)
{
    private const long TextBytes = 1 << 20;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var hasPicture = HttpMethods.IsPost(request.Method) && request.Path == "/settings"
            || HttpMethods.IsPatch(request.Method) && request.Path == "/api/v1/accounts/update_credentials";
        if (hasPicture && context.User() is not null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = settings.Upload.MaxBytes + TextBytes;
        }
        return next(context);
    }
}
