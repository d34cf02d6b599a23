using Microsoft.Net.Http.Headers;

namespace WebApp.Platform.Http;

/// <summary>
/// Accepts only UTF-8 bodies: forms because our pages are UTF-8, JSON by RFC 8259 8.1. Another charset is refused before the framework looks it
/// up, which throws for some (UTF-7, broken UTF-16). Multipart is refused too: its parts name charsets, and no form of
/// ours sends a file.
/// </summary>
public static class BodyEncoding
{
    extension(IApplicationBuilder pipeline)
    {
        /// <summary>Answers 415 to other bodies.</summary>
        public void UseUtf8Bodies() => pipeline.Use((context, next) =>
        {
            if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && !IsTaken(type))
            {
                context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    private static bool IsTaken(MediaTypeHeaderValue type) =>
        !type.Type.Equals("multipart", StringComparison.OrdinalIgnoreCase)
        && (type.Charset.Length == 0 || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
