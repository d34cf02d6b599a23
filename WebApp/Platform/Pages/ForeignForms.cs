using WebApp.Platform.Http;

namespace WebApp.Platform.Pages;

/// <summary>
/// Refuses what another site makes a browser send to a page, by the browser's own word (Fetch Metadata, <c>Sec-Fetch-Site</c>). The
/// antiforgery token refuses it too; this holds even where a sibling host has planted cookies, and costs no cryptography.
/// </summary>
public static class ForeignForms
{
    extension(WebApplication app)
    {
        /// <summary>Covers everything but the API, which takes no cookie. A client that sends no such header is no browser of today, and checked by the token alone.</summary>
        public void RefuseForeignForms() => app.Use((context, next) =>
        {
            if (!IsReading(context.Request.Method) && !context.IsApiRequest && context.Request.Headers["Sec-Fetch-Site"] is [not ("same-origin" or "none")])
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    private static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
