using Microsoft.Extensions.Options;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SecondFactors;
using WebApp.Features.SignIn.Proxy;
using WebApp.Features.SignIn.Sites;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>
/// <c>GET /forward-auth</c>: a reverse proxy asks before every request of a site it protects whether to let it through, and for whom
/// (docs/forward-auth.md). It is the one call that looks at cookies, because the proxy passes on what the browser sent, and that may
/// redirect. It reads and changes nothing; as busy as <c>/me</c>, it is no action either.
/// </summary>
public static class ForwardAuthEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps it.</summary>
        public void MapForwardAuth()
        {
            var (bearer, sites) = (app.Services.GetRequiredService<BearerAuthentication>(), app.Services.GetRequiredService<SiteGate>());
            var (proxyUsers, enrolment) = (app.Services.GetRequiredService<ProxyUsers>(), app.Services.GetRequiredService<EnrolmentPolicy>());
            var (protectedSites, cookies) = (app.Services.GetRequiredService<ProtectedSites>(), app.Services.GetRequiredService<SiteCookies>());
            var (source, conflicts) = (app.Services.GetRequiredService<IOptions<SiteOptions>>().Value.AddressFrom, app.Services.GetRequiredService<SourceConflicts>());
            app.MapGet($"/{ApiEndpointAttribute.Prefix}/forward-auth", context =>
                OriginalRequest.FromRequest(context.Request, source) is not { } original ? RefuseConflictAsync(context, conflicts)
                // Who sends a token is authenticated by it alone, and is no browser to be sent elsewhere.
                : BearerAuthentication.IsSent(context.Request) ? BearerSetup.AnswerAsync(context, bearer, ApiScope.SitesAccess, static (context, caller) => AdmitAsync(context, caller.User))
                : AnswerBrowserAsync(context, original, sites, proxyUsers, enrolment, protectedSites, cookies))
                .WithMetadata(bearer)
                .DescribeForwardAuth();
        }
    }

    private static Task RefuseConflictAsync(HttpContext context, SourceConflicts conflicts)
    {
        conflicts.Count();
        return new ApiProblem(ApiErrors.MalformedRequest, "The headers name two different pages as the one asked for.").WriteAsync(context);
    }

    private static async Task AnswerBrowserAsync(
        HttpContext context, OriginalRequest original, SiteGate gate, ProxyUsers proxyUsers, EnrolmentPolicy enrolment, ProtectedSites sites, SiteCookies cookies)
    {
        var redirects = context.Request.Query["redirect"] == "1" && original.IsNavigation;
        if (await gate.FindAsync(context, original.Address) is var (session, user) && (!proxyUsers.IsOn || await proxyUsers.AgreesAsync(context, user)))
        {
            await (!enrolment.MustAdd(user, session.Ticket.Amr) ? AdmitAsync(context, user)
                : redirects ? RedirectAsync(context, sites.EnrolmentPage)
                : BearerAuthentication.RefuseAsync(context, ApiErrors.MfaEnrolmentRequired));
        }
        else if (redirects)
        {
            await RedirectAsync(context, sites.LoginFor(original.Address, () => cookies.Entry(context)));
        }
        else
        {
            await BearerAuthentication.RefuseAsync(context, ApiErrors.TokenMissing);
        }
    }

    private static Task RedirectAsync(HttpContext context, string to)
    {
        context.Response.Redirect(to);
        return Task.CompletedTask;
    }

    private static Task AdmitAsync(HttpContext context, UserSnapshot user)
    {
        if (context.Request.QueryString.HasValue && !RemoteIdentity.Fits(user, context.Request.Query))
        {
            return new ApiProblem(ApiErrors.Forbidden).WriteAsync(context);
        }

        RemoteIdentity.Write(context.Response.Headers, user);
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
