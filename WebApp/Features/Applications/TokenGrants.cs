using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using WebApp.Platform.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace WebApp.Features.Applications;

/// <summary>Answers token requests: with the user's current data for codes and refresh tokens, with the application itself for client credentials.</summary>
internal sealed class TokenGrants(RegisteredApplications applications, ApplicationGrants grants, GrantedSessions sessions, UserSnapshots users) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var application = await applications.FindByClientIdAsync(context.ClientId!, context.CancellationToken);
        if (application is null)
        {
            context.Reject(Errors.InvalidClient, "There is no such application.");
            return;
        }

        if (context.Request.IsClientCredentialsGrantType())
        {
            context.Principal = ForApplication(application, context.Request);
            return;
        }

        var granted = context.Principal; // That of the code or the refresh token.
        if (granted is null || GrantedSessions.In(granted) is not var (session, id)
            || await users.FindAsync(id, context.CancellationToken) is not { } user
            || !await grants.MayGoOnAsync(application, user, granted, context.CancellationToken))
        {
            context.Reject(Errors.InvalidGrant, "The user may not use this application any more.");
            return;
        }

        var principal = granted.Clone();
        ApplicationClaims.Refresh(principal, user);
        sessions.Touch(session);
        context.Principal = principal;
    }

    private static ClaimsPrincipal ForApplication(Application application, OpenIddictRequest request)
    {
        var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, application.ClientId);
        identity.SetDestinations(ApplicationClaims.Destinations);
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(request.GetScopes().Where(scope => scope is not (Scopes.OpenId or Scopes.OfflineAccess))).SetResources(application.ClientId!);
        return principal;
    }
}
