using WebApp.Platform.Http;

namespace WebApp.Platform.Pages;

/// <summary>
/// Refuses cross-site form submits, recognized by the browser's <c>Sec-Fetch-Site</c> header (Fetch Metadata). The
/// antiforgery token prevents them too; this check also works if a sibling host has set cookies, and needs no cryptography.
/// </summary>
public static class ForeignForms
{
    extension(WebApplication app)
    {
        /// <summary>Covers everything but the API and the programs' part of the OpenID Connect provider, which use no cookies. A client without the header is not a current browser; only the token is checked.</summary>
        public void RefuseForeignForms() => app.Use((context, next) =>
        {
            if (!IsReading(context.Request.Method) && !context.IsApiRequest && !context.IsProtocolRequest && context.Request.Headers["Sec-Fetch-Site"] is [not ("same-origin" or "none")])
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    private static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
