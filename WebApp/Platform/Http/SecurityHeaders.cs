using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Http;

/// <summary>
/// The headers every answer carries, errors included (ASVS 3.4). <c>X-Frame-Options</c> is not among them: every browser that
/// would heed it heeds <c>frame-ancestors</c>.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>Nothing but our own styles, scripts and images; no inline code; no framing.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // A year (ASVS 3.4.1).
    private const string HttpsAlone = "max-age=31536000";

    extension(WebApplication app)
    {
        /// <summary>Sets them when the answer begins, so that an error page gets them too; an action may set a stricter or narrower one first.</summary>
        public void UseSecurityHeaders()
        {
            // Not where the site is this machine's own name, which would then be HTTPS for all that runs here.
            var options = app.Services.GetRequiredService<IOptions<AppOptions>>().Value;
            var hsts = app.Environment.IsDevelopment() || options.BaseUrl.Scheme != Uri.UriSchemeHttps ? null
                : options.HstsSubdomains ? $"{HttpsAlone}; includeSubDomains" : HttpsAlone;
            app.Use((context, next) =>
            {
                context.Response.OnStarting(
                    () =>
                    {
                        Set(context, hsts);
                        return Task.CompletedTask;
                    });
                return next(context);
            });
        }
    }

    private static void Set(HttpContext context, string? hsts)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
        }

        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // No other site embeds what is here, so that its process holds none of it (ASVS 3.5.8).
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (headers.CacheControl.Count == 0)
        {
            // Pages and API answers are personal; static files say otherwise themselves.
            headers.CacheControl = "no-store";
        }

        // Over plain HTTP it must not be said (RFC 6797 7.2): anybody on the way could have.
        if (hsts is not null && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = hsts;
        }
    }
}
