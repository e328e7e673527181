namespace Tintype.Http;

/// <summary>
/// The routes of a role that this process does not have. They answer 404 and say whose they are, so that whoever set up a balancer
/// wrong is told so; and they stay in the API's document, which is about the whole network whichever process shows it.
/// </summary>
internal static class Elsewhere
{
    public static EndpointDataSource Of(string role, IEnumerable<RouteEndpoint> routes) =>
        new DefaultEndpointDataSource(routes.Select(route => Refusal(role, route)));

    private static Endpoint Refusal(string role, RouteEndpoint route)
    {
        var refusal = new RouteEndpointBuilder(http => AnswerAsync(http, role), route.RoutePattern, route.Order) { DisplayName = $"{route.DisplayName} (elsewhere)" };
        foreach (var note in route.Metadata)
        {
            refusal.Metadata.Add(note);
        }
        return refusal.Build();
    }

    private static Task AnswerAsync(HttpContext http, string role)
    {
        var message = $"This process does not have the role '{role}', which answers {http.Request.Path}. Ask one that has, or a gateway.";
        var answer = ApiPaths.IsOpen(http.Request.Path) || http.WantsJson() ? ApiError.Json(404, message) : Results.Text(message, statusCode: 404);
        return answer.ExecuteAsync(http);
    }
}
