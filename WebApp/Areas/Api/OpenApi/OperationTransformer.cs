using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using WebApp.Areas.Api.Bearer;
using WebApp.Features.Roles;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Completes each operation of the document from its endpoint's metadata: access, body, all answers, examples.</summary>
internal sealed class OperationTransformer(ContractExamples examples) : IOpenApiOperationTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (call, document) = (context.Description, context.Document!);
        operation.OperationId ??= call.ActionDescriptor is ControllerActionDescriptor action ? $"{action.ControllerName}_{action.ActionName}" : null;
        operation.Description = string.Join("\n\n", new[] { operation.Description, Access(call) }.Where(text => !string.IsNullOrEmpty(text)));
        operation.Security = CommonRefusals.IsGuarded(call) ? [new() { [new OpenApiSecuritySchemeReference(JwtBearerDefaults.AuthenticationScheme, document)] = [] }] : [];
        OfBody(operation, call);
        foreach (var response in call.SupportedResponseTypes)
        {
            OfSuccess((OpenApiResponse)operation.Responses![$"{response.StatusCode}"], response, call);
        }

        var declared = call.ActionDescriptor.EndpointMetadata.OfType<RefusesAttribute>().SelectMany(refuses => refuses.Errors);
        foreach (var errors in CommonRefusals.For(call).Concat(declared).Distinct().GroupBy(error => error.Status).OrderBy(errors => errors.Key))
        {
            operation.Responses![$"{errors.Key}"] = RefusalResponse.Share([.. errors], document);
        }

        if (operation.OperationId == "ForwardAuth_Get")
        {
            ForwardAuthDescription.Complete(operation);
        }

        return Task.CompletedTask;
    }

    // A description of what a caller needs.
    private static string Access(ApiDescription call)
    {
        if (!CommonRefusals.IsGuarded(call))
        {
            return "Open to anybody.";
        }

        var metadata = call.ActionDescriptor.EndpointMetadata;
        var permissions = metadata.OfType<RequirePermissionAttribute>().Select(needed => needed.Permission).ToArray();
        string[] scopes = [.. metadata.OfType<ApiTokenScopeAttribute>().Select(own => own.Scope), .. permissions];
        var recent = metadata.Any(about => about is RecentAuthenticationRequiredAttribute);
        var words = scopes.Length == 0 || recent ? "Wants an access token; API tokens are refused." : $"Wants an access token, or an API token with the scope {Quote(scopes)}.";
        if (permissions.Length > 0)
        {
            words += $" The user must have the permission {Quote(permissions)}.";
        }

        return !recent ? words
            : $"{words} It must be of an authentication in the last ten minutes{(metadata.OfType<RecentAuthenticationRequiredAttribute>().Any(about => about.Strong) ? ", and not by mailed code where the account has an authenticator app or a passkey" : "")}.";
    }

    private static string Quote(IEnumerable<string> names) => string.Join(" and ", names.Distinct().Select(name => $"`{name}`"));

    private void OfBody(OpenApiOperation operation, ApiDescription call)
    {
        if (call.ActionDescriptor.EndpointMetadata.Any(about => about is TokenFormAttribute))
        {
            operation.RequestBody = TokenFormBody.Describe();
        }
        else if (CommonRefusals.HasBody(call) && operation.RequestBody is OpenApiRequestBody { Content: { } content } body)
        {
            var type = call.ParameterDescriptions.Single(value => value.Source.Id == "Body").Type;
            var json = content["application/json"];
            json.Example = examples.For(type);
            body.Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = json };
            body.Required = true;
            body.Description = "JSON, at most 64 KiB. Members that are not known are ignored.";
        }
    }

    private void OfSuccess(OpenApiResponse response, ApiResponseType success, ApiDescription call)
    {
        response.Description = SuccessDescriptions.For(success.StatusCode);
        if (success.Type is { } type && type != typeof(void) && response.Content is { } content)
        {
            var json = content["application/json"];
            json.Example = examples.For(type);
            response.Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = json };
            foreach (var other in call.ActionDescriptor.EndpointMetadata.OfType<AlsoAsAttribute>())
            {
                response.Content[other.MediaType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = other.Example };
            }
        }
    }
}

/// <summary>An example of each kind of problem, with the further members of its code.</summary>
internal static class ProblemExamples
{
    /// <summary>The example as JSON.</summary>
    public static JsonObject For(ApiError error)
    {
        JsonObject problem = new() { ["type"] = "about:blank", ["title"] = error.Title, ["status"] = error.Status, ["code"] = error.Code };
        foreach (var (name, value) in More(error))
        {
            problem[name] = value?.DeepClone();
        }

        return problem;
    }

    private static JsonObject More(ApiError error) => error.Code switch
    {
        "validation_failed" => new() { ["errors"] = new JsonObject { ["name"] = new JsonArray("Send a name.") } },
        "mfa_required" => new() { ["mfa_token"] = ContractExamples.Key, ["methods"] = new JsonArray("totp", "recovery_code"), ["expires_in"] = 600 },
        "reauthentication_required" => new() { ["max_age"] = 600, ["methods"] = new JsonArray("totp", "recovery_code") },
        "slow_down" => new() { ["error"] = error.Code, ["interval"] = 10 },
        "authorization_pending" or "access_denied" or "expired_token" => new() { ["error"] = error.Code },
        _ when error.Status >= StatusCodes.Status500InternalServerError => new() { ["trace_id"] = "0HNBK2C1V3F5Q:00000001" },
        _ => [],
    };
}

/// <summary>The response of a call for one error status: its codes, an example of each, and the headers.</summary>
internal static class RefusalResponse
{
    /// <summary>Adds the description to the document, once for all calls with the same codes.</summary>
    /// <returns>A reference to it.</returns>
    public static OpenApiResponseReference Share(IReadOnlyList<ApiError> errors, OpenApiDocument document)
    {
        var response = Create(errors, document);
        var name = document.Components?.Responses?.FirstOrDefault(known => known.Value.Description == response.Description).Key;
        if (name is null)
        {
            var others = document.Components?.Responses?.Keys.Count(known => known.StartsWith($"Problem{errors[0].Status}", StringComparison.Ordinal)) ?? 0;
            name = others == 0 ? $"Problem{errors[0].Status}" : $"Problem{errors[0].Status}-{others + 1}";
            document.AddComponent<IOpenApiResponse>(name, response);
        }

        return new(name, document);
    }

    private static OpenApiResponse Create(IReadOnlyList<ApiError> errors, OpenApiDocument document) => new()
    {
        Description = string.Join("\n", errors.Select(error => $"- `{error.Code}`: {error.Title}")),
        Headers = Headers(errors[0].Status),
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/problem+json"] = new()
            {
                Schema = ProblemSchema.With(errors, document),
                Examples = errors.ToDictionary(error => error.Code, IOpenApiExample (error) => Example(error, document)),
            },
        },
    };

    private static OpenApiExampleReference Example(ApiError error, OpenApiDocument document)
    {
        document.AddComponent<IOpenApiExample>(error.Code, new OpenApiExample { Summary = error.Title, Value = ProblemExamples.For(error) });
        return new(error.Code, document);
    }

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

/// <summary>The descriptions of successes in the document.</summary>
internal static class SuccessDescriptions
{
    /// <summary>The description for a status.</summary>
    public static string For(int status) => status switch
    {
        StatusCodes.Status201Created => "Made.",
        StatusCodes.Status202Accepted => "Begun; the rest goes by mail.",
        StatusCodes.Status204NoContent => "Done; there is nothing to say.",
        _ => "Done.",
    };
}

/// <summary>The body that <see cref="TokenFormAttribute"/> reads, for the document.</summary>
internal static class TokenFormBody
{
    /// <summary>Creates the description.</summary>
    public static OpenApiRequestBody Describe() => new()
    {
        Required = true,
        Description = "A form, at most 64 KiB. Fields that are not known are ignored.",
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/x-www-form-urlencoded"] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "token" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["token"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A token of any kind; exactly one." },
                        ["token_type_hint"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Not needed and not looked at." },
                    },
                },
                Example = new JsonObject { ["token"] = ContractExamples.Refresh },
            },
        },
    };
}
