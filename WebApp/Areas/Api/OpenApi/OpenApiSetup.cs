using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>The document that describes the API (OpenAPI 3.1), and a page to read it on.</summary>
public static class OpenApiSetup
{
    private const string DocumentPath = $"/openapi/{OpenApiText.Version}.json";

    // Swagger's page brings its scripts and styles as files, but for one style element, which this hash is of: after an update of the package
    // OpenApiPageTests names the new one. Scripts stay as strict as everywhere.
    private const string PageStyle = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers what the document is made by.</summary>
        public void AddOpenApiDocument()
        {
            // Nothing else here uses these options: they are what schemas are made by, and named as the controllers' JSON is. Without its
            // converter of times, which would hide from the schema that they are times.
            builder.Services.Configure<JsonOptions>(json =>
            {
                json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
                json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            });
            builder.Services.AddSingleton<ContractExamples>();
            builder.Services.AddSingleton<OpenApiText>();
            builder.Services.AddOpenApi(OpenApiText.Version, openApi =>
            {
                openApi.AddSchemaTransformer<RequiredMembers>();
                openApi.AddOperationTransformer<OperationTransformer>();
                openApi.AddDocumentTransformer<DocumentTransformer>();
            });
        }
    }

    extension(WebApplication app)
    {
        /// <summary><c>/openapi/v1.json</c>.</summary>
        public void MapOpenApiDocument()
        {
            var document = app.Services.GetRequiredService<OpenApiText>();
            app.MapGet(DocumentPath, async context =>
                {
                    var body = await document.Utf8;
                    context.Response.ContentType = "application/json; charset=utf-8";
                    context.Response.ContentLength = body.Length;
                    await context.Response.Body.WriteAsync(body, context.RequestAborted);
                })
                .WithMetadata(new LimitByIpAttribute())
                .ExcludeFromDescription();
        }

        /// <summary><c>/swagger</c>, in Development: the document, readable, to be tried out.</summary>
        public void UseOpenApiPage()
        {
            if (!app.Environment.IsDevelopment())
            {
                return;
            }

            var policy = SecurityHeaders.ContentSecurityPolicy.Replace("style-src 'self'", $"style-src 'self' {PageStyle}", StringComparison.Ordinal);
            app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger"), page => page.Use((context, next) =>
            {
                context.Response.Headers.ContentSecurityPolicy = policy;
                return next(context);
            }));
            app.UseSwaggerUI(page =>
            {
                page.SwaggerEndpoint(DocumentPath, OpenApiText.Version);
                page.RoutePrefix = "swagger";
                page.DocumentTitle = "API";
            });
        }
    }
}
