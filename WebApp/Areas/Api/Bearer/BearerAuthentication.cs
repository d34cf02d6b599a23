using System.Diagnostics;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Npgsql;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn.Proxy;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api.Bearer;

/// <summary>
/// Authenticates callers by their Bearer token (RFC 6750), with an exact code for each refusal. The steps are separate methods because JwtBearer calls
/// them one by one (<see cref="BearerEvents"/>, <see cref="BearerTokenHandler"/>); <see cref="AuthenticateAsync"/> runs all of them.
/// </summary>
public sealed class BearerAuthentication(
    TokenCheck tokens, UserSnapshots users, LastSeen lastSeen, TokenGuesses guesses, ProxyUsers proxyUsers, EnrolmentPolicy enrolment, TimeProvider clock)
{
    private const string Prefix = JwtBearerDefaults.AuthenticationScheme + " ";

    /// <summary>The caller, or the refusal: one of them is null. A success counts as a use of the session or token.</summary>
    /// <exception cref="NpgsqlException">The database was needed and is unreachable.</exception>
    public async ValueTask<(BearerIdentity? Caller, ApiError? Refusal)> AuthenticateAsync(HttpContext context) =>
        ReadHeader(context.Request, out var token) is { } refusal
            ? (null, refusal)
            : await AdmitAsync(context, await tokens.CheckAsync(token, context.RequestAborted));

    /// <summary>Whether a request has a Bearer token, valid or not.</summary>
    public static bool IsSent(HttpRequest request) =>
        request.Headers.Authorization is [{ } header, ..] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Step 1: reads the text of the token, which may be empty; returns a refusal if there is no token or more than one.</summary>
    public static ApiError? ReadHeader(HttpRequest request, out ReadOnlyMemory<char> token)
    {
        token = default;
        if (!IsSent(request))
        {
            return ApiErrors.TokenMissing;
        }

        if (request.Headers.Authorization.Count > 1)
        {
            return ApiErrors.TokenMalformed;
        }

        token = request.Headers.Authorization[0].AsMemory(Prefix.Length);
        return null;
    }

    /// <summary>Step 3, after the token was checked: whether its owner may call now. It runs for every caller with a token.</summary>
    /// <exception cref="NpgsqlException">The database was needed and is unreachable.</exception>
    public ValueTask<(BearerIdentity? Caller, ApiError? Refusal)> AdmitAsync(HttpContext context, TokenVerdict verdict) => verdict switch
    {
        TokenVerdict.Malformed => new((null, guesses.Count(context, ApiErrors.TokenMalformed))),
        TokenVerdict.Invalid => new((null, guesses.Count(context, ApiErrors.TokenInvalid))),
        TokenVerdict.Revoked => new((null, ApiErrors.TokenRevoked)),
        TokenVerdict.Expired => new((null, ApiErrors.TokenExpired)),
        TokenVerdict.GoodAccess(var claims) => AdmitOwnerAsync(context, claims.Subject, claims, null),
        TokenVerdict.GoodApi(var token) => AdmitOwnerAsync(context, token.UserId, null, token),
        _ => throw new UnreachableException(),
    };

    /// <summary>Answers 401 with the code, 429 or 403; the header says <c>invalid_token</c> if an invalid token was sent (RFC 6750 3.1).</summary>
    public static Task RefuseAsync(HttpContext context, ApiError refusal)
    {
        context.Response.Headers.WWWAuthenticate = refusal == ApiErrors.TokenMissing ? "Bearer"
            : refusal.Status != StatusCodes.Status401Unauthorized ? default
            : $"Bearer error=\"invalid_token\", error_description=\"{refusal.Title}\"";
        return new ApiProblem(refusal).WriteAsync(context);
    }

    /// <summary>
    /// The refusal of a caller whose API token lacks the endpoint's scope, or may not be used for the endpoint; null if the call is allowed. The master
    /// password is allowed for endpoints with a permission, and not for those that belong to an account.
    /// </summary>
    public static ApiProblem? CheckScope(HttpContext context, BearerIdentity? caller, string? scope)
    {
        if (caller?.User.Id == MasterAdministrator.Id)
        {
            return scope is not null && Permission.Names.Contains(scope) ? null : new(ApiErrors.Forbidden, "The master password has no account.");
        }

        if (caller is not { ApiToken: { } token } || (scope is not null && token.Scopes.Contains(scope)))
        {
            return null;
        }

        // RFC 6750 3.1.
        context.Response.Headers.WWWAuthenticate = scope is null
            ? "Bearer error=\"insufficient_scope\""
            : $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"";
        return new(ApiErrors.Forbidden, scope is null ? "API tokens cannot do this." : $"The API token lacks the scope {scope}.");
    }

    private async ValueTask<(BearerIdentity? Caller, ApiError? Refusal)> AdmitOwnerAsync(
        HttpContext context, Guid owner, AccessTokenClaims? accessToken, ApiTokenIdentity? apiToken)
    {
        var user = await users.FindAsync(owner, context.RequestAborted);
        if (user is null || user.Closed || accessToken?.Version < user.TokenVersion)
        {
            return (null, ApiErrors.TokenRevoked);
        }

        if (accessToken?.SessionId is { } session)
        {
            lastSeen.Note(session, clock.GetUtcNow(), ClientInfo.IpOf(context));
        }

        BearerIdentity caller = new(user, accessToken, apiToken);
        return proxyUsers.IsOn && !await proxyUsers.AgreesAsync(context, user) ? (null, ApiErrors.OtherUser)
            : enrolment.IsOn && !EnrolmentPolicy.IsException(context) && await MustAddFactorAsync(caller, context) ? (null, ApiErrors.MfaEnrolmentRequired)
            : (caller, null);
    }

    // The master password has no account, and so no second factor.
    private async ValueTask<bool> MustAddFactorAsync(BearerIdentity caller, HttpContext context) =>
        caller.User.Id != MasterAdministrator.Id
        && (caller.AccessToken is { } token ? enrolment.MustAdd(caller.User, token.Amr) : await enrolment.OwnerMustAddAsync(caller.User, context.RequestAborted));
}
