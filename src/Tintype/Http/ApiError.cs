using System.Text.Json;

namespace Tintype.Http;

/// <summary>Errors in the client API's shape: {"error": "..."} as application/json, whatever the status.</summary>
internal sealed record ApiError(string Error)
{
    public static IResult NotFound() => Json(404, "Record not found");

    public static IResult Unprocessable(string message) => Json(422, message);

    /// <summary>A validation failure that says what is wrong with which field: {"username": [{"error": "ERR_TAKEN", "description": ".."}]}.</summary>
    public static IResult Unprocessable(string message, IReadOnlyDictionary<string, FieldError[]> details) =>
        Results.Json(new { error = message, details }, ApiJson.Options, statusCode: 422);

    public static IResult BadRequest(string message) => Json(400, message);

    public static IResult Forbidden(string message) => Json(403, message);

    public static IResult OutsideScopes() => Json(403, "This action is outside the authorized scopes");

    /// <summary>401 for a missing or bad token; 422 where an app's own token stands where a person's is needed.</summary>
    public static IResult Unauthorized(HttpContext context) =>
        context.Caller()?.Token is { User: null }
            ? Json(422, "This method requires an authenticated user")
            : Json(401, "The access token is invalid");

    /// <summary>Its length is said, so that the connection can be kept however simple the client.</summary>
    public static IResult Json(int status, string message) =>
        Results.Text(JsonSerializer.SerializeToUtf8Bytes(new ApiError(message), ApiJson.Options), "application/json; charset=utf-8", status);
}

/// <param name="Error">A code clients know: ERR_TAKEN, ERR_BLANK, ERR_INVALID, ERR_TOO_LONG ...</param>
internal sealed record FieldError(string Error, string Description);
