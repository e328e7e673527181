using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Tintype.Http.OpenApi;

/// <summary>Writes what the catalogue says of each endpoint into the OpenAPI document: groups, parameters, bodies, answers, scopes.</summary>
internal sealed class ApiDocument(Settings settings) : IOpenApiDocumentTransformer, IOpenApiSchemaTransformer
{
    private const string Bearer = "bearer";

    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = $"{settings.InstanceName}: the client API",
            Version = "v1",
            Description = "A subset of the Mastodon client API, for photos: a status is a post of one to ten photos, a comment a status with in_reply_to_id. "
                + "Parameters of writes may come in the query, as a form, as multipart or as JSON. Lists page by the Link header. Errors are {\"error\": \"..\"}.",
        };
        document.Servers = [new OpenApiServer { Url = settings.PublicUrl }];
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token from POST /oauth/token. What each endpoint needs of scopes stands in its description.",
        });
        document.AddComponent("Error", new OpenApiSchema
        {
            Type = JsonSchemaType.Object, Required = new HashSet<string> { "error" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["error"] = new OpenApiSchema { Type = JsonSchemaType.String } },
        });
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, operation) in item.Operations ?? [])
            {
                if (ApiCatalogue.Lines.TryGetValue((method.Method, ApiCatalogue.Normal(path)), out var line))
                {
                    await DescribeAsync(document, operation, line, context, cancellationToken);
                }
            }
        }
        document.Tags = ApiCatalogue.All.Select(line => line.Group).Distinct().Select(name => new OpenApiTag { Name = name }).ToHashSet();
    }

    /// <summary>On the wire ids are decimal strings, whatever kind they are of, and instants text.</summary>
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Storage.Model.Id<>))
        {
            schema.Type = JsonSchemaType.String | (type == context.JsonTypeInfo.Type ? 0 : JsonSchemaType.Null);
            schema.Properties = null;
            schema.Examples = [JsonValue.Create("471046272884121601")];
        }
        else if (type == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | (type == context.JsonTypeInfo.Type ? 0 : JsonSchemaType.Null);
        }
        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(OpenApiDocument document, OpenApiOperation operation, ApiLine line, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        operation.Summary = line.Summary;
        operation.Description = line.Scope switch { "-" => "Open to everybody.", "app" => "Needs a token of an app.", _ => $"Needs a person's token with scope {line.Scope}." };
        operation.Tags = new HashSet<OpenApiTagReference> { new(line.Group, document) };
        if (line.Method is "GET" or "DELETE")
        {
            operation.Parameters = [.. operation.Parameters ?? [], .. line.Parameters.Select(parameter => new OpenApiParameter
            {
                Name = parameter.Name, In = ParameterLocation.Query, Required = parameter.IsRequired, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            })];
        }
        else if (line.Parameters.Count > 0)
        {
            operation.RequestBody = new OpenApiRequestBody { Content = Body(line.Parameters) };
        }
        var answer = new OpenApiResponse { Description = "Done" };
        if (line.Answer is { } entity)
        {
            var schema = await context.GetOrCreateSchemaAsync(entity, null, cancel);
            var name = entity.Name.Replace("Entity", "", StringComparison.Ordinal);
            document.AddComponent(name, schema);
            var reference = new OpenApiSchemaReference(name, document);
            answer.Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = line.IsList ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = reference } : reference },
            };
        }
        operation.Responses = new OpenApiResponses { ["200"] = answer, ["422"] = Error(document, "Refused, and why"), ["429"] = Error(document, "Too many requests; see Retry-After") };
        if (line.Scope != "-")
        {
            operation.Responses["401"] = Error(document, "The token is missing, unknown or revoked");
            operation.Responses["403"] = Error(document, "The token's scopes do not cover this");
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        }
        if (line.Path.Contains('{', StringComparison.Ordinal))
        {
            operation.Responses["404"] = Error(document, "Not there, or not for you");
        }
    }

    private static Dictionary<string, OpenApiMediaType> Body(IReadOnlyList<ApiParameter> parameters)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = parameters.ToDictionary(parameter => parameter.Name, IOpenApiSchema (parameter) =>
                new OpenApiSchema { Type = JsonSchemaType.String, Format = parameter.IsFile ? "binary" : null }),
            Required = parameters.Where(parameter => parameter.IsRequired).Select(parameter => parameter.Name).ToHashSet(),
        };
        var types = parameters.Any(parameter => parameter.IsFile) ? ["multipart/form-data"] : new[] { "application/json", "application/x-www-form-urlencoded" };
        return types.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = schema });
    }

    private static OpenApiResponse Error(OpenApiDocument document, string what) => new()
    {
        Description = what,
        Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = new OpenApiSchemaReference("Error", document) } },
    };
}
