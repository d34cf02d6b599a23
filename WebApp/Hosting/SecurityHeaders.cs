using Microsoft.Extensions.Options;

namespace WebApp.Hosting;

/// <summary>The headers every answer carries, errors included.</summary>
public static class SecurityHeaders
{
    /// <summary>Nothing but our own styles, scripts and images; no inline code; no framing.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // A year and every name below ours (ASVS 3.4.1).
    private const string HttpsFromNowOn = "max-age=31536000; includeSubDomains";

    extension(WebApplication app)
    {
        /// <summary>Sets them when the answer begins, so that an error page gets them too; an action may set a stricter or narrower one first.</summary>
        public void UseSecurityHeaders()
        {
            // Not where the site is this machine's own name, which would then be HTTPS for all that runs here.
            var https = !app.Environment.IsDevelopment() && app.Services.GetRequiredService<IOptions<AppOptions>>().Value.BaseUrl.Scheme == Uri.UriSchemeHttps;
            Func<object, Task> set = https ? SetWithHttps : Set;
            app.Use((context, next) =>
            {
                context.Response.OnStarting(set, context);
                return next(context);
            });
        }
    }

    // Over plain HTTP it must not be said (RFC 6797 7.2): anybody on the way could have.
    private static Task SetWithHttps(object state)
    {
        var context = (HttpContext)state;
        if (context.Request.IsHttps)
        {
            context.Response.Headers.StrictTransportSecurity = HttpsFromNowOn;
        }

        return Set(state);
    }

    private static Task Set(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
        }

        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (headers.CacheControl.Count == 0)
        {
            // Pages and API answers are personal; static files say otherwise themselves.
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
