using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;
using WebApp.Features.Tokens;

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
