using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Who calls: what the token says, and the user as of now.</summary>
/// <param name="User">The user.</param>
/// <param name="AccessToken">The access token's claims; null for an API token.</param>
/// <param name="ApiToken">The API token; null for an access token.</param>
public sealed record BearerIdentity(UserSnapshot User, AccessTokenClaims? AccessToken, ApiTokenIdentity? ApiToken)
{
    /// <summary>As the framework wants it. Roles are those of now.</summary>
    public ClaimsPrincipal ToPrincipal()
    {
        var identity = new ClaimsIdentity(JwtBearerDefaults.AuthenticationScheme, PrincipalClaims.Name, PrincipalClaims.Role);
        identity.AddClaim(new(PrincipalClaims.Subject, User.Id.ToString()));
        if (AccessToken?.SessionId is { } session)
        {
            identity.AddClaim(new(PrincipalClaims.SessionId, session.ToString()));
        }

        foreach (var way in AccessToken?.Amr ?? [])
        {
            identity.AddClaim(new(PrincipalClaims.Amr, way));
        }

        foreach (var role in User.Roles)
        {
            identity.AddClaim(new(PrincipalClaims.Role, role));
        }

        return new(identity);
    }

    /// <summary>The caller of an endpoint that lets only callers with a good token in.</summary>
    public static BearerIdentity Of(HttpContext context) =>
        context.Features.Get<BearerIdentity>() ?? throw new InvalidOperationException("The endpoint lacks [BearerAuthorize].");
}
