using Microsoft.OpenApi;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>What a call answers with under one status that is an error: its codes, an example of each, and the headers that come with it.</summary>
internal static class RefusalResponse
{
    /// <summary>Describes it.</summary>
    public static OpenApiResponse Of(IReadOnlyList<ApiError> errors, OpenApiDocument document) => new()
    {
        Description = string.Join("\n", errors.Select(error => $"- `{error.Code}`: {error.Title}")),
        Headers = Headers(errors[0].Status),
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/problem+json"] = new()
            {
                Schema = ProblemSchema.With(errors, document),
                Examples = errors.ToDictionary(error => error.Code, error => (IOpenApiExample)new OpenApiExample { Summary = error.Title, Value = ProblemExamples.Of(error) }),
            },
        },
    };

    private static Dictionary<string, IOpenApiHeader>? Headers(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Header("WWW-Authenticate", "`Bearer` (RFC 6750), with `error` and `error_description` where a token was sent.", JsonSchemaType.String, required: true),
        StatusCodes.Status403Forbidden => Header(
            "WWW-Authenticate", "What would help: `error=\"insufficient_scope\"` (RFC 6750), or `error=\"insufficient_user_authentication\"` and `max_age` (RFC 9470).", JsonSchemaType.String, required: false),
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => Header("Retry-After", "Seconds to wait.", JsonSchemaType.Integer, required: true),
        _ => null,
    };

    private static Dictionary<string, IOpenApiHeader> Header(string name, string description, JsonSchemaType type, bool required) =>
        new() { [name] = new OpenApiHeader { Description = description, Required = required, Schema = new OpenApiSchema { Type = type } } };
}
