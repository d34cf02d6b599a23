using Microsoft.Extensions.Options;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Http;

/// <summary>
/// The security headers of every answer, errors included (ASVS 3.4). <c>X-Frame-Options</c> is not needed: every browser that
/// supports it also supports <c>frame-ancestors</c>.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>Allows only our own styles, scripts and images; no inline code; no framing.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // A year (ASVS 3.4.1).
    private const string HttpsAlone = "max-age=31536000";

    extension(HttpResponse response)
    {
        /// <summary>Lets a form on this page be answered by a redirect to another site, or to an application's own scheme.</summary>
        public void AllowFormTo(Uri redirect)
        {
            var source = redirect is { Scheme: "https" or "http" } ? redirect.GetLeftPart(UriPartial.Authority) : $"{redirect.Scheme}:";
            response.Headers.ContentSecurityPolicy = ContentSecurityPolicy.Replace("form-action 'self'", $"form-action 'self' {source}", StringComparison.Ordinal);
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Sets the headers when the response starts, so that error pages get them too. An action may set its own value before.</summary>
        public void UseSecurityHeaders()
        {
            // No HSTS for localhost: it would force HTTPS on all other sites of this machine.
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

        // Prevents other sites from embedding our resources, so that their processes never hold them (ASVS 3.5.8).
        if (!headers.ContainsKey("Cross-Origin-Resource-Policy"))
        {
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
        }

        if (headers.CacheControl.Count == 0)
        {
            // Pages and API answers are personal; static files set their own value.
            headers.CacheControl = "no-store";
        }

        // Must not be sent over plain HTTP (RFC 6797 7.2), where an attacker on the network could insert it.
        if (hsts is not null && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = hsts;
        }
    }
}
