using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Checks tokens for JwtBearer with <see cref="TokenCheck"/>: access tokens with the application's codec and the revocation list, and API tokens.</summary>
public sealed class BearerTokenHandler(TokenCheck tokens) : TokenHandler
{
    private static readonly ClaimsIdentity NoClaims = new();

    /// <summary>
    /// Valid for an accepted token, with its verdict as <see cref="TokenValidationResult.SecurityToken"/>; else with a <see cref="RefusedTokenException"/>.
    /// The claims are created later, from the user's present data.
    /// </summary>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters) =>
        await tokens.CheckAsync(token.AsMemory(), CancellationToken.None) is var verdict && verdict is TokenVerdict.GoodAccess or TokenVerdict.GoodApi
            ? new() { IsValid = true, SecurityToken = new CheckedToken(verdict), ClaimsIdentity = NoClaims }
            : new() { Exception = new RefusedTokenException(verdict) };
}

/// <summary>An accepted token, passed through JwtBearer. The members of the base class are not used.</summary>
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

/// <summary>The verdict on a refused token. It is never thrown, but JwtBearer requires an exception object for failures.</summary>
public sealed class RefusedTokenException(TokenVerdict verdict) : Exception("The token is refused.")
{
    /// <summary>The verdict.</summary>
    public TokenVerdict Verdict => verdict;
}

/// <summary>The caller: the token's content, and the user's present data.</summary>
/// <param name="User">The user.</param>
/// <param name="AccessToken">The access token's claims; null for an API token.</param>
/// <param name="ApiToken">The API token; null for an access token.</param>
public sealed record BearerIdentity(UserSnapshot User, AccessTokenClaims? AccessToken, ApiTokenIdentity? ApiToken)
{
    /// <summary>Converts it for the framework, with the user's present roles.</summary>
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

    /// <summary>The caller of an endpoint that requires a valid token.</summary>
    public static BearerIdentity FromRequest(HttpContext context) =>
        context.Features.Get<BearerIdentity>() ?? throw new InvalidOperationException("The endpoint lacks [BearerAuthorize].");
}
