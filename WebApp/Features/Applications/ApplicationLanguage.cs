using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using WebApp.Platform.Pages;
using WebApp.Platform.Text;

namespace WebApp.Features.Applications;

/// <summary>
/// Shows the pages on which people sign in to an application in the language that it asks for (<c>ui_locales</c>, OpenID Connect Core 1.0, 3.1.2.1). A cookie keeps it from page to page,
/// until the application has its answer.
/// </summary>
internal static class ApplicationLanguage
{
    extension(WebApplication app)
    {
        /// <summary>Must come after the sessions, with which the provider reads its requests, pushed ones included, and before the language of the user, which comes first.</summary>
        public void UseApplicationLanguage() =>
            app.UseWhen(context => context.Request.Path.StartsWithSegments(ApplicationPaths.Authorize) || context.Request.Path.StartsWithSegments(ApplicationPaths.Logout), pages => pages.Use(async (context, next) =>
            {
                if (context.GetOpenIddictServerRequest()?.Language is { } language)
                {
                    context.SetLanguage(language);
                }

                await next(context);
            }));
    }

    extension(OpenIddictRequest asked)
    {
        /// <summary>The first language that it asks for in which there are pages; null if there is none.</summary>
        public Language? Language => Platform.Text.Language.ChooseOf(asked.UiLocales);
    }
}
