using WebApp.Platform.Http;
using WebApp.Platform.Text;

namespace WebApp.Platform.Pages;

/// <summary>
/// Chooses the language of a page: what an application asked for that sent the browser here to sign in, else the browser's <c>Accept-Language</c>, else English. The setting of
/// a signed-in user comes before it: see <c>UserLanguage</c>. A call of the API chooses the language of the mails that it causes.
/// </summary>
public static class PageLanguage
{
    // As long as a browser may take to sign in for an application.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    extension(WebApplication app)
    {
        /// <summary>Takes the language that the browser asks for. Must come before the error pages, which are in that language too.</summary>
        public void UseBrowserLanguage()
        {
            var pseudo = app.Environment.IsDevelopment();
            app.UseWhen(context => !context.IsApiRequest && !context.IsProtocolRequest, pages => pages.Use(async (context, next) =>
            {
                if ((Language.Find(context.Request.Cookies[CookieName(context)]) ?? Language.Choose(context.Request.Headers.AcceptLanguage, pseudo)) is { } language)
                {
                    context.SetLanguage(language);
                }

                await next(context);
            }));
            app.UseWhen(context => context.IsApiRequest && !HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.AcceptLanguage.Count > 0, calls => calls.Use(async (context, next) =>
            {
                Language.OfMails = Language.Choose(context.Request.Headers.AcceptLanguage);
                await next(context);
            }));
        }
    }

    extension(HttpContext context)
    {
        /// <summary>The IANA name of the time zone that the user has set; null: the browser's.</summary>
        public string? TimeZone
        {
            get => context.Features.Get<PageTimeZone>()?.Name;
            set => context.Features.Set(value is null ? null : new PageTimeZone(value));
        }

        /// <summary>Makes a language the one of this request's page. To be called in an async method that awaits the rest of the request.</summary>
        public void SetLanguage(Language language)
        {
            ArgumentNullException.ThrowIfNull(language);
            Language.Current = language;
            context.Features.Set(language);
        }

        /// <summary>Keeps a language for the pages on which this browser signs in; null: no longer.</summary>
        public void KeepLanguage(Language? language)
        {
            var attributes = new CookieOptions { HttpOnly = true, Secure = IsSecure(context), SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };
            if (language is not null)
            {
                attributes.MaxAge = Kept;
                context.Response.Cookies.Append(CookieName(context), language.Code, attributes);
            }
            else if (context.Request.Cookies.ContainsKey(CookieName(context)))
            {
                context.Response.Cookies.Delete(CookieName(context), attributes);
            }
        }

        /// <summary>Makes the language chosen for this request the current one again, for what is written after the pipeline has ended.</summary>
        public void RestoreLanguage()
        {
            if (context.Features.Get<Language>() is { } language)
            {
                Language.Current = language;
            }
        }
    }

    private static string CookieName(HttpContext context) => IsSecure(context) ? "__Host-language" : "language";

    private static bool IsSecure(HttpContext context) => !context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment();

    private sealed record PageTimeZone(string Name);
}
