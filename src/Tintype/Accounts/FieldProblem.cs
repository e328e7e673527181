using Tintype.Http;
using Tintype.Web.Views;

namespace Tintype.Accounts;

/// <summary>What is wrong with one field of a form.</summary>
/// <param name="Field">Its name in the client API: username, email, password, display_name, date_of_birth ...</param>
/// <param name="Code">What clients know: ERR_BLANK, ERR_TAKEN, ERR_INVALID, ERR_TOO_LONG, ERR_TOO_SHORT ...</param>
/// <param name="Text">A sentence for people.</param>
internal sealed record FieldProblem(string Field, string Code, string Text);

internal static class FieldProblems
{
    /// <summary>422 in the shape that sign-up forms of apps show beside their fields.</summary>
    public static IResult AsApiError(this IReadOnlyList<FieldProblem> problems) =>
        ApiError.Unprocessable(
            $"Validation failed: {string.Join(" ", problems.Select(problem => problem.Text))}",
            problems.GroupBy(problem => problem.Field).ToDictionary(field => field.Key, field => field.Select(problem => new FieldError(problem.Code, problem.Text)).ToArray()));

    /// <summary>The same for a page, whose fields are named in camel case.</summary>
    public static FormErrors AsFormErrors(this IReadOnlyList<FieldProblem> problems) =>
        new(problems.DistinctBy(problem => problem.Field).ToDictionary(problem => PageField(problem.Field), problem => problem.Text));

    private static string PageField(string field) => field switch
    {
        "display_name" => "displayName",
        "date_of_birth" => "birthYear",
        "note" => "bio",
        _ => field,
    };
}
