using Microsoft.Net.Http.Headers;

namespace WebApp.Platform.Http;

/// <summary>
/// Bodies are UTF-8: forms because our pages are, JSON by RFC 8259 8.1. What says otherwise is refused before the framework looks the
/// encoding up, which for some (UTF-7, broken UTF-16) ends in an exception. So is multipart: its parts name encodings too, and no form of
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
