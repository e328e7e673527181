using System.Data.Common;
using Tintype.Storage;
using Tintype.Storage.Dialects;
using Tintype.Web;

namespace Tintype.Http;

/// <summary>
/// Every failure gets an answer somebody can act on: JSON in the API's shape for apps, a page for people. Faults are logged with
/// the request id they show.
/// </summary>
internal sealed class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> log)
{
    // What went away is looked for again every second or so.
    private const string RetryAfterSeconds = "5";

    private readonly SeldomWarning warning = new();

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400 && context.Response.ContentLength is null && context.Response.ContentType is null)
            {
                await AnswerAsync(context, context.Response.StatusCode, null);
            }
        }
        catch (BadHttpRequestException wrong) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, wrong.StatusCode, wrong.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
        }
        catch (Exception gone) when (IsPassing(gone, context.Request) && !context.Response.HasStarted)
        {
            Warn(context, gone);
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, null);
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            log.LogError(error, "{Method} {Path} failed ({RequestId})", context.Request.Method, context.Request.Path, context.TraceIdentifier);
            await AnswerAsync(context, 500, null);
        }
    }

    /// <summary>
    /// Whether the same may work in a moment: something does not answer, or a database had no connection to spare or was too slow. Of a write nobody
    /// can say whether that one happened, so it is a fault.
    /// </summary>
    private static bool IsPassing(Exception error, HttpRequest request) =>
        error is UnavailableException or DatabaseRestsException || error is DbException { IsTransient: true } && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));

    private void Warn(HttpContext context, Exception gone)
    {
        if (warning.IsDue())
        {
            log.LogWarning("{Method} {Path} is answered 503, and what else needs it: {Reason}", context.Request.Method, context.Request.Path, gone.Message);
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string? message)
    {
        RateLimits.BeginAnew(context.Response);
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }
        if (ApiPaths.IsOpen(context.Request.Path))
        {
            // The CORS middleware writes its headers when the response starts, so clearing above kept them.
            return ApiError.Json(status, message ?? Reason(status)).ExecuteAsync(context);
        }
        return context.WantsJson()
            ? ApiError.Json(status, message ?? Reason(status)).ExecuteAsync(context)
            : ErrorPages.Answer(status, message ?? Reason(status)).ExecuteAsync(context);
    }

    private static string Reason(int status) => status switch
    {
        401 => "The access token is invalid",
        403 => "This action is not allowed",
        404 => "Record not found",
        405 => "This address does not take that method",
        413 => "The request is larger than allowed",
        415 => "This kind of content is not understood here",
        429 => "Too many requests: try again later",
        503 => "This part of the site does not answer right now. What you sent before is safe; try again in a few seconds",
        >= 500 => "Something broke on our side. What you sent before is safe; try again in a moment",
        _ => "The request could not be understood",
    };
}
