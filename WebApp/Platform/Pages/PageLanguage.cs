using WebApp.Platform.Http;
using WebApp.Platform.Text;

namespace WebApp.Platform.Pages;

/// <summary>Chooses the language of a page: the browser's <c>Accept-Language</c>, else English. The setting of a signed-in user comes before it: see <c>UserLanguage</c>.</summary>
public static class PageLanguage
{
    extension(WebApplication app)
    {
        /// <summary>Takes the language that the browser asks for. Must come before the error pages, which are in that language too.</summary>
        public void UseBrowserLanguage()
        {
            var pseudo = app.Environment.IsDevelopment();
            app.UseWhen(context => !context.IsApiRequest && !context.IsProtocolRequest, pages => pages.Use(async (context, next) =>
            {
                if (context.Request.Headers.AcceptLanguage is { Count: > 0 } asked && Language.Choose(asked, pseudo) is { } language)
                {
                    context.SetLanguage(language);
                }

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

        /// <summary>Makes the language chosen for this request the current one again, for what is written after the pipeline has ended.</summary>
        public void RestoreLanguage()
        {
            if (context.Features.Get<Language>() is { } language)
            {
                Language.Current = language;
            }
        }
    }

    private sealed record PageTimeZone(string Name);
}
