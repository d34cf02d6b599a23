using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.OpenApi;
using WebApp.Areas.Api.Bearer;
using WebApp.Features.SecondFactors;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>The schema of all errors (RFC 9457), and of one response's errors, with their codes.</summary>
internal static class ProblemSchema
{
    /// <summary>The schema's name in the document.</summary>
    public const string Name = "Problem";

    /// <summary>The schema with all members.</summary>
    public static OpenApiSchema Full() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "An error (RFC 9457). Switch on `code`, which is stable; `title` and `detail` are for people.",
        Required = new HashSet<string> { "type", "title", "status", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Always `about:blank`."),
            ["title"] = Text("What the code means, for people."),
            ["status"] = Number("The HTTP status."),
            ["code"] = Text("The stable word to switch on."),
            ["detail"] = Text("More on this case, for people."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "With `validation_failed`: messages by field.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["mfa_token"] = Text("With `mfa_required`: to complete the sign-in with."),
            ["methods"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "With `mfa_required`: what a second factor can be, the strongest first. With `reauthentication_required`: what suffices for the operation, `password` where the account has no second factor.",
                Items = new OpenApiSchema { Type = JsonSchemaType.String },
            },
            ["expires_in"] = Number("With `mfa_required`: seconds until `mfa_token` runs out."),
            ["max_age"] = Number("With `reauthentication_required`: how old an authentication may be, in seconds."),
            ["error"] = Text("In device sign-in: the code again, under the name of RFC 8628."),
            ["interval"] = Number("With `slow_down`: seconds to wait between polls from now on."),
            ["trace_id"] = Text("Of failures on our side: what to tell whoever runs this."),
        },
    };

    /// <summary>The schema of a problem with one of these codes.</summary>
    public static OpenApiSchema With(IEnumerable<ApiError> errors, OpenApiDocument document) => new()
    {
        AllOf =
        [
            new OpenApiSchemaReference(Name, document),
            new OpenApiSchema { Properties = new Dictionary<string, IOpenApiSchema> { ["code"] = new OpenApiSchema { Enum = [.. errors.Select(error => (JsonNode)error.Code)] } } },
        ],
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Number(string description) => new() { Type = JsonSchemaType.Integer, Description = description };
}

/// <summary>The errors of a call that follow from its authorization, limits and body, so that they need not be declared on each action.</summary>
internal static class CommonRefusals
{
    /// <summary>Whether the call requires a Bearer token.</summary>
    public static bool IsGuarded(ApiDescription call) =>
        call.ActionDescriptor.EndpointMetadata.Any(about => about is IAuthorizeData or BearerAuthentication);

    /// <summary>Whether the call reads a body.</summary>
    public static bool HasBody(ApiDescription call) =>
        call.ActionDescriptor.EndpointMetadata.Any(about => about is TokenFormAttribute) || call.ParameterDescriptions.Any(value => value.Source == BindingSource.Body);

    /// <summary>The errors of a call.</summary>
    public static IEnumerable<ApiError> For(ApiDescription call)
    {
        var metadata = call.ActionDescriptor.EndpointMetadata;
        ApiError[] guard = [ApiErrors.TokenMissing, ApiErrors.TokenMalformed, ApiErrors.TokenInvalid, ApiErrors.TokenRevoked, ApiErrors.TokenExpired, ApiErrors.Forbidden, ApiErrors.TooManyAttempts];
        ApiError[] body = [ApiErrors.MalformedRequest, ApiErrors.ValidationFailed, ApiErrors.PayloadTooLarge, ApiErrors.UnsupportedMediaType];
        return
        [
            .. IsGuarded(call) ? guard : [],
            .. IsGuarded(call) && !metadata.Any(about => about is AllowWithoutSecondFactorAttribute) ? [ApiErrors.MfaEnrolmentRequired] : NoErrors,
            .. metadata.Any(about => about is RecentAuthenticationRequiredAttribute) ? [ApiErrors.ReauthenticationRequired] : NoErrors,
            .. metadata.Any(about => about is LimitByIpAttribute) ? [ApiErrors.TooManyAttempts] : NoErrors,
            .. HasBody(call) ? body : [],
            .. call.ParameterDescriptions.Any(value => value.Source == BindingSource.Path) ? [ApiErrors.NotFound] : NoErrors,
            ApiErrors.ValidationFailed, ApiErrors.HttpsRequired, ApiErrors.Misdirected, ApiErrors.HeadersTooLarge, ApiErrors.InternalError, ApiErrors.Unavailable,
        ];
    }

    private static ApiError[] NoErrors => [];
}
