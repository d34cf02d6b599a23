using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using WebApp.Platform.Startup;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>What stands around the operations: title, address, the Bearer scheme, the schema of problems.</summary>
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
