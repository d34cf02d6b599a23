using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace WebApp.Platform.Http;

/// <summary>Compresses style sheets, scripts, icons and the OpenAPI document, which are the same for everybody.</summary>
/// <remarks>
/// Pages and answers of the API are not compressed. They contain secrets, such as antiforgery tokens, beside text that a request chooses, such as a search or a
/// return path; over TLS an attacker could read the secret from the lengths of many compressed answers (BREACH, CVE-2013-3587).
/// </remarks>
public static class Compression
{
    private static readonly string[] Folders = ["/css", "/js", "/icons.svg", "/favicon.svg", "/openapi", "/swagger"];

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the service.</summary>
        public void AddCompression()
        {
            builder.Services.AddResponseCompression(compression =>
            {
                compression.EnableForHttps = true; // Only what is in the list of folders reaches it.
                compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"];
            });
            builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
            builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Compresses what follows, for the paths of these files only.</summary>
        public void UseCompression() => app.UseWhen(
            context => Array.Exists(Folders, folder => context.Request.Path.StartsWithSegments(folder)),
            files => files.UseResponseCompression());
    }
}
