using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using WebApp.Platform.Startup;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Adds title, address, the Bearer scheme and the schema of problems to the document.</summary>
internal sealed class DocumentTransformer(IOptions<AppOptions> options) : IOpenApiDocumentTransformer
{
    private const string Conventions = """
        JSON in and out, named in snake_case; times are RFC 3339 in UTC; ids are UUIDs. Unknown members are ignored, wrong types are refused.

        Every error is `application/problem+json` (RFC 9457) with a stable `code`; `detail` is for people. 401 carries `WWW-Authenticate`;
        429 and 503 carry `Retry-After`, and nothing was half done. A body may have 64 KiB. No answer may be cached, none sets a cookie.
        """;

    /// <inheritdoc/>
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new() { Title = options.Value.Name, Version = "v1", Description = Conventions };
        document.Servers = [new() { Url = options.Value.BaseUrl.GetLeftPart(UriPartial.Authority) }];
        document.AddComponent<IOpenApiSecurityScheme>(JwtBearerDefaults.AuthenticationScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An access token of `POST /auth/login`, or an API token of `POST /api-tokens`.",
        });
        document.AddComponent<IOpenApiSchema>(ProblemSchema.Name, ProblemSchema.Full());
        return Task.CompletedTask;
    }
}

/// <summary>Adds an endpoint that is not an action to the document.</summary>
internal static class EndpointDescription
{
    /// <summary>Describes the endpoint; <paramref name="answers"/> declares its success and its refusals.</summary>
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder endpoint, string tag, string summary, string action, params object[] answers) =>
        endpoint.Describe(NoAction, tag, summary, action, answers);

    /// <summary>The same for an endpoint with a JSON body.</summary>
    public static IEndpointConventionBuilder DescribeWithBody<TBody>(this IEndpointConventionBuilder endpoint, string tag, string summary, string action, params object[] answers) =>
        endpoint.Describe(NoAction<TBody>, tag, summary, action, [new BodyParameter(((Delegate)NoAction<TBody>).Method.GetParameters()[0]), .. answers]);

    // The framework leaves out endpoints without a method.
    private static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder endpoint, Delegate method, string tag, string summary, string action, object[] answers) => endpoint
        .WithMetadata([method.Method, .. answers])
        .WithName($"{tag}_{action}")
        .WithSummary(summary)
        .WithTags(tag);

    private static void NoAction()
    {
        // Never called. It has no parameters, so the document has none.
    }

    private static void NoAction<TBody>([FromBody] TBody body)
    {
        // Never called.
        _ = body;
    }

    // What the framework notes of a parameter that it binds itself. (That an endpoint accepts JSON alone would be noted differently: for routing, which would refuse
    // other bodies before the limits are counted.)
    private sealed record BodyParameter(ParameterInfo ParameterInfo) : IParameterBindingMetadata
    {
        public string Name => ParameterInfo.Name!;

        public bool HasTryParse => false;

        public bool HasBindAsync => false;

        public bool IsOptional => false;
    }
}

/// <summary>The served document, created at the first request and then cached.</summary>
public sealed class OpenApiText(IServiceProvider services)
{
    /// <summary>Its version, which is the framework's key and the end of the path.</summary>
    public const string Version = "v1";

    private readonly Lazy<Task<byte[]>> text = new(() => WriteAsync(services));

    /// <summary>UTF-8 JSON, OpenAPI 3.1.</summary>
    public Task<byte[]> Utf8 => text.Value;

    private static async Task<byte[]> WriteAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Version).GetOpenApiDocumentAsync();
        using var text = new StringWriter();
        document.SerializeAsV31(new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <summary>
/// Sets the required members of a contract: in a request, those that cannot be null; in an answer, all but those that are omitted
/// when null.
/// </summary>
internal sealed class RequiredMembers : IOpenApiSchemaTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (context.JsonPropertyInfo is null && schema.Properties is { Count: > 0 } && type.Namespace?.StartsWith("WebApp", StringComparison.Ordinal) == true)
        {
            var isRequest = type.Name.EndsWith("Request", StringComparison.Ordinal);
            schema.Required = context.JsonTypeInfo.Properties
                .Where(member => schema.Properties.ContainsKey(member.Name))
                .Where(member => isRequest ? !member.IsSetNullable || member.PropertyType.IsValueType && Nullable.GetUnderlyingType(member.PropertyType) is null : !IsLeftOut(member.AttributeProvider))
                .Select(member => member.Name)
                .ToHashSet();
        }

        return Task.CompletedTask;
    }

    private static bool IsLeftOut(ICustomAttributeProvider? member) =>
        member?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).OfType<JsonIgnoreAttribute>().Any(ignore => ignore.Condition == JsonIgnoreCondition.WhenWritingNull) == true;
}
