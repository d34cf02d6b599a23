using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Sets up the document that describes the API (OpenAPI 3.1), and a page that shows it.</summary>
public static class OpenApiSetup
{
    private const string DocumentPath = $"/openapi/{OpenApiText.Version}.json";

    // The hash of the one inline style element of Swagger's page; its other styles and scripts are files. After an update of the package,
    // OpenApiPageTests shows the new hash. The policy for scripts is as strict as for other pages.
    private const string PageStyle = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services that create the document.</summary>
        public void AddOpenApiDocument()
        {
            // These options are used only for schemas. Names are as in the controllers' JSON. The converter of times is not added, because
            // with it the schema would not declare them as times.
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
        /// <summary>Maps <c>/openapi/v1.json</c>.</summary>
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

        /// <summary>Serves <c>/swagger</c> in Development: a page that shows the document and can send requests.</summary>
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
