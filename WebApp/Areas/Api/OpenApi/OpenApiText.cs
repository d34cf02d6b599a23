using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>The document as it is served: made at the first request, the same from then on.</summary>
public sealed class OpenApiText(IServiceProvider services)
{
    /// <summary>Its version, as the framework keys it and the address ends.</summary>
    public const string Version = "v1";

    private readonly Lazy<Task<byte[]>> text = new(() => WriteAsync(services));

    /// <summary>UTF-8 JSON, OpenAPI 3.1.</summary>
    public Task<byte[]> Utf8 => text.Value;

    private static async Task<byte[]> WriteAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Version).GetOpenApiDocumentAsync();
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1);
        return stream.ToArray();
    }
}
