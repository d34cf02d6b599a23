using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Checks tokens for JwtBearer as <see cref="TokenCheck"/> does: access tokens by the application's codec and the revocation list, API tokens alike.</summary>
public sealed class BearerTokenHandler(TokenCheck tokens) : TokenHandler
{
    private static readonly ClaimsIdentity NoClaims = new();

    /// <summary>
    /// Valid for a good token, with its verdict as <see cref="TokenValidationResult.SecurityToken"/>; else with a <see cref="RefusedTokenException"/>.
    /// The claims are made later, from the user as of now.
    /// </summary>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters) =>
        await tokens.CheckAsync(token.AsMemory(), CancellationToken.None) is var verdict && verdict is TokenVerdict.GoodAccess or TokenVerdict.GoodApi
            ? new() { IsValid = true, SecurityToken = new CheckedToken(verdict), ClaimsIdentity = NoClaims }
            : new() { Exception = new RefusedTokenException(verdict) };
}

/// <summary>A good token on its way through JwtBearer. What the base class asks for is not used.</summary>
public sealed class CheckedToken(TokenVerdict verdict) : SecurityToken
{
    /// <summary>The verdict.</summary>
    public TokenVerdict Verdict => verdict;

    /// <inheritdoc/>
    public override string Id => "";

    /// <inheritdoc/>
    public override string Issuer => "";

    /// <inheritdoc/>
    public override SecurityKey? SecurityKey => null;

    /// <inheritdoc/>
    public override SecurityKey? SigningKey { get; set; }

    /// <inheritdoc/>
    public override DateTime ValidFrom => DateTime.MinValue;

    /// <inheritdoc/>
    public override DateTime ValidTo => DateTime.MaxValue;
}

/// <summary>Carries the verdict on a token that is not good. It is never thrown: JwtBearer wants failures as exceptions.</summary>
public sealed class RefusedTokenException(TokenVerdict verdict) : Exception("The token is refused.")
{
    /// <summary>The verdict.</summary>
    public TokenVerdict Verdict => verdict;
}

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
    public static BearerIdentity FromRequest(HttpContext context) =>
        context.Features.Get<BearerIdentity>() ?? throw new InvalidOperationException("The endpoint lacks [BearerAuthorize].");
}
