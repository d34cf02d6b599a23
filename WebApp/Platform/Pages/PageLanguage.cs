using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using WebApp.Platform.Http;
using WebApp.Platform.Text;

namespace WebApp.Platform.Pages;

/// <summary>Chooses the language of a page: the browser's <c>Accept-Language</c>, else English. The setting of a signed-in user comes before it: see <c>UserLanguage</c>.</summary>
public static class PageLanguage
{
    // More is not read: a browser sends fewer, and each one costs.
    private const int MaxLength = 200;

    extension(WebApplication app)
    {
        /// <summary>Takes the language that the browser asks for. Must come before the error pages, which are in that language too.</summary>
        public void UseBrowserLanguage()
        {
            var pseudo = app.Environment.IsDevelopment();
            app.UseWhen(context => !context.IsApiRequest && !context.IsProtocolRequest, pages => pages.Use(async (context, next) =>
            {
                if (context.Request.Headers.AcceptLanguage is { Count: > 0 } asked && Choose(asked, pseudo) is { } language)
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
            set => context.Features.Set(new PageTimeZone(value));
        }

        /// <summary>Makes a language the one of this request's page. The caller must await the rest of the request, after which the language before is current again.</summary>
        public void SetLanguage(Language language)
        {
            ArgumentNullException.ThrowIfNull(language);
            CultureInfo.CurrentUICulture = language.Culture;
            context.Features.Set(language);
        }

        /// <summary>Makes the language chosen for this request the current one again, for what is written after the pipeline has ended.</summary>
        public void RestoreLanguage()
        {
            if (context.Features.Get<Language>() is { } language)
            {
                CultureInfo.CurrentUICulture = language.Culture;
            }
        }
    }

    /// <summary>The first language of the header, by its quality values (RFC 9110 12.5.4), in which there are pages; null if there is none.</summary>
    internal static Language? Choose(StringValues header, bool pseudo)
    {
        if (header.ToString() is not { Length: <= MaxLength } text || !StringWithQualityHeaderValue.TryParseList([text], out var asked))
        {
            return null;
        }

        foreach (var value in asked.Where(value => value.Quality is not 0).OrderByDescending(value => value.Quality ?? 1))
        {
            var tag = value.Value.ToString();
            if (pseudo && string.Equals(tag, Language.Pseudo.Code, StringComparison.OrdinalIgnoreCase))
            {
                return Language.Pseudo;
            }

            var end = tag.IndexOf('-', StringComparison.Ordinal);
            if (Language.Find((end < 0 ? tag : tag[..end]).ToLowerInvariant()) is { } language)
            {
                return language;
            }
        }

        return null;
    }

    private sealed record PageTimeZone(string? Name);
}
