using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using WebApp.Areas.Api.Bearer;
using WebApp.Features.Roles;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Completes each operation of the document from what its endpoint declares: who may call it, its body, every answer, examples.</summary>
internal sealed class OperationPromises(ContractExamples examples) : IOpenApiOperationTransformer
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
        foreach (var errors in CommonRefusals.Of(call).Concat(declared).Distinct().GroupBy(error => error.Status).OrderBy(errors => errors.Key))
        {
            operation.Responses![$"{errors.Key}"] = RefusalResponse.Of([.. errors], document);
        }

        if (operation.OperationId == "ForwardAuth_Get")
        {
            ForwardAuthDescription.Complete(operation);
        }

        return Task.CompletedTask;
    }

    // What a caller needs, in words.
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
            json.Example = examples.Of(type);
            body.Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = json };
            body.Required = true;
            body.Description = "JSON, at most 64 KiB. Members that are not known are ignored.";
        }
    }

    private void OfSuccess(OpenApiResponse response, ApiResponseType success, ApiDescription call)
    {
        response.Description = SuccessWords.Of(success.StatusCode);
        if (success.Type is { } type && type != typeof(void) && response.Content is { } content)
        {
            var json = content["application/json"];
            json.Example = examples.Of(type);
            response.Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = json };
            foreach (var other in call.ActionDescriptor.EndpointMetadata.OfType<AlsoAsAttribute>())
            {
                response.Content[other.MediaType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = other.Example };
            }
        }
    }
}
