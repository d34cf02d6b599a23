using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Pages;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>Shows pages in the language and the time zone that the signed-in user has set. An administrator who views an account keeps the language of their browser.</summary>
public static class UserLanguage
{
    extension(WebApplication app)
    {
        /// <summary>Must come after the sessions.</summary>
        public void UseUserLanguage()
        {
            var users = app.Services.GetRequiredService<UserSnapshots>();
            app.UseWhen(context => !context.IsApiRequest && !context.IsProtocolRequest && context.User.Identity is { IsAuthenticated: true }, pages => pages.Use(async (context, next) =>
            {
                if (context.User.ImpersonatedUntil is null && await users.FindAsync(context.User.UserId, context.RequestAborted) is { } user)
                {
                    context.TimeZone = user.TimeZone;
                    if (Language.Find(user.Language) is { } language)
                    {
                        context.SetLanguage(language);
                    }
                }

                await next(context);
            }));
        }
    }
}
