namespace WebApp.Hosting;

/// <summary>The headers every answer carries, errors included.</summary>
public static class SecurityHeaders
{
    /// <summary>Nothing but our own styles, scripts and images; no inline code; no framing.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    extension(WebApplication app)
    {
        /// <summary>Sets them when the answer begins, so that an error page gets them too; an action may set a stricter or narrower one first.</summary>
        public void UseSecurityHeaders() => app.Use((context, next) =>
        {
            context.Response.OnStarting(Set, context);
            return next(context);
        });
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
