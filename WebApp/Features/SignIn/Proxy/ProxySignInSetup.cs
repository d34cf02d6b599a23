using System.Security.Claims;
using Microsoft.Extensions.Options;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Proxy;

/// <summary>Sets up sign-in by a proxy's header.</summary>
public static class ProxySignInSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddProxySignIn()
        {
            builder.Services.AddOptions<ProxySignInOptions>().BindConfiguration("ProxyAuth").ValidateOnStart();
            builder.Services.AddSingleton<IValidateOptions<ProxySignInOptions>, ProxySignInValidator>();
            builder.Services.AddSingleton<ProxyHeaders>();
            builder.Services.AddSingleton<ProxyAccounts>();
            builder.Services.AddSingleton<ProxyUsers>();
            builder.Services.AddScoped<ProxySignIn>();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>
        /// For pages: ends a session whose user is not the one the proxy names, and refuses a request with an invalid header. API calls are
        /// checked with their token. Must come after the sessions.
        /// </summary>
        public void UseProxyUsers()
        {
            var headers = app.Services.GetRequiredService<ProxyHeaders>();
            if (!headers.IsOn)
            {
                return;
            }

            var (proxyUsers, users) = (app.Services.GetRequiredService<ProxyUsers>(), app.Services.GetRequiredService<UserSnapshots>());
            app.UseWhen(context => !context.IsApiRequest && !context.IsHealthCheck, pages => pages.Use(async (context, next) =>
            {
                if (headers.Read(context) is ProxyIdentity.Unreadable)
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return;
                }

                if (context.User.Identity is { IsAuthenticated: true }
                    && await users.FindAsync(context.User.UserId, context.RequestAborted) is { } user
                    && !await proxyUsers.AgreesAsync(context, user))
                {
                    await context.RequestServices.GetRequiredService<BrowserSignIn>().EndAsync(context, EndReason.ProxyUserChanged, context.RequestAborted);
                    context.User = new ClaimsPrincipal(new ClaimsIdentity());
                }

                await next(context);
            }));
        }
    }
}
