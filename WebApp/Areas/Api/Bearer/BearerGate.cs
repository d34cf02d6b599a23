using WebApp.Data.Users;
using WebApp.Hosting;
using WebApp.Mfa;
using WebApp.Sessions;
using WebApp.SignIn.Proxies;
using WebApp.Tokens;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Judges who calls by their Bearer token, and says exactly why not: for the scheme, and for endpoints that do without one.</summary>
public sealed class BearerGate(AccessTokens accessTokens, ApiTokenCheck apiTokens, UserSnapshots users, LastSeen lastSeen, TokenGuesses guesses, ProxyUsers proxyUsers, EnrolmentPolicy enrolment, TimeProvider clock)
{
    private const string Prefix = BearerOptions.Scheme + " ";

    /// <summary>The caller; null where refused, and then why. Admitting counts as a use of the session or token.</summary>
    public ValueTask<(BearerIdentity? Caller, ApiError Refusal)> JudgeAsync(HttpContext context) =>
        enrolment.IsOn ? JudgeWithFactorAsync(context) : JudgeCallerAsync(context);

    // Every caller with a token comes by here, so that no endpoint is open to who owes a second factor but the exceptions.
    private async ValueTask<(BearerIdentity? Caller, ApiError Refusal)> JudgeWithFactorAsync(HttpContext context) =>
        await JudgeCallerAsync(context) is var (caller, refusal) && caller is not null && !EnrolmentPolicy.IsException(context) && await MustAddFactorAsync(caller, context)
            ? (null, ApiErrors.MfaEnrolmentRequired)
            : (caller, refusal);

    // The master password has no account, and so no factor.
    private async ValueTask<bool> MustAddFactorAsync(BearerIdentity caller, HttpContext context) =>
        caller.User.Id != MasterAdministrator.Id
        && (caller.AccessToken is { } token ? enrolment.MustAdd(caller.User, token.Amr) : await enrolment.OwnerMustAddAsync(caller.User, context.RequestAborted));

    private ValueTask<(BearerIdentity? Caller, ApiError Refusal)> JudgeCallerAsync(HttpContext context) =>
        proxyUsers.IsOn ? JudgeBehindProxyAsync(context) : JudgeTokenAsync(context);

    private async ValueTask<(BearerIdentity? Caller, ApiError Refusal)> JudgeBehindProxyAsync(HttpContext context) =>
        await JudgeTokenAsync(context) is var (caller, refusal) && caller is not null && !await proxyUsers.AgreesAsync(context, caller.User)
            ? (null, ApiErrors.OtherUser)
            : (caller, refusal);

    private ValueTask<(BearerIdentity? Caller, ApiError Refusal)> JudgeTokenAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0 || !header[0]!.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return new((null, ApiErrors.TokenMissing));
        }

        if (header.Count > 1)
        {
            return new((null, ApiErrors.TokenMalformed));
        }

        var token = header[0].AsMemory(Prefix.Length);
        return token.Span.StartsWith(ApiTokenText.Prefix, StringComparison.Ordinal)
            ? JudgeApiTokenAsync(token.ToString(), context)
            : JudgeAccessTokenAsync(token, context);
    }

    /// <summary>401 with the code, 429 or 403; a token that was sent is named invalid where it is (RFC 6750 3.1).</summary>
    public static Task RefuseAsync(HttpContext context, ApiError refusal)
    {
        context.Response.Headers.WWWAuthenticate = refusal == ApiErrors.TokenMissing ? "Bearer"
            : refusal.Status != StatusCodes.Status401Unauthorized ? default
            : $"Bearer error=\"invalid_token\", error_description=\"{refusal.Title}\"";
        return new ApiProblem(refusal).WriteAsync(context);
    }

    /// <summary>
    /// What keeps a caller out whose API token lacks the scope an endpoint names, or is not for API tokens at all; null lets in. The master
    /// password opens what a permission opens, and nothing that is of an account.
    /// </summary>
    public static ApiProblem? Outside(HttpContext context, BearerIdentity? caller, string? scope)
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

    /// <summary>
    /// An endpoint for callers with a good token, without the framework's authentication and authorization, which cost as much as all
    /// else that such a call does (docs/performance.md). It has the gate among its metadata, so that tests find it guarded.
    /// </summary>
    public IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string pattern, string scope, Func<HttpContext, BearerIdentity, Task> answer) => endpoints
        .MapGet(pattern, async context =>
        {
            var (caller, refusal) = await JudgeAsync(context);
            await (caller is null ? RefuseAsync(context, refusal)
                : Outside(context, caller, scope) is { } problem ? problem.WriteAsync(context)
                : answer(context, caller));
        })
        .WithMetadata(this, new ApiTokenScopeAttribute(scope));

    private async ValueTask<(BearerIdentity? Caller, ApiError Refusal)> JudgeAccessTokenAsync(ReadOnlyMemory<char> token, HttpContext context) =>
        await accessTokens.JudgeAsync(token, context.RequestAborted) switch
        {
            AccessTokenVerdict.Malformed => (null, guesses.Count(context, ApiErrors.TokenMalformed)),
            AccessTokenVerdict.Invalid => (null, guesses.Count(context, ApiErrors.TokenInvalid)),
            AccessTokenVerdict.Revoked => (null, ApiErrors.TokenRevoked),
            AccessTokenVerdict.Expired => (null, ApiErrors.TokenExpired),
            AccessTokenVerdict.Good(var claims) => (await AdmitAsync(claims, context), ApiErrors.TokenRevoked),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private async ValueTask<(BearerIdentity? Caller, ApiError Refusal)> JudgeApiTokenAsync(string token, HttpContext context) =>
        await apiTokens.JudgeAsync(token, context.RequestAborted) switch
        {
            ApiTokenVerdict.Malformed => (null, guesses.Count(context, ApiErrors.TokenMalformed)),
            ApiTokenVerdict.Unknown => (null, guesses.Count(context, ApiErrors.TokenInvalid)),
            ApiTokenVerdict.Revoked => (null, ApiErrors.TokenRevoked),
            ApiTokenVerdict.Expired => (null, ApiErrors.TokenExpired),
            ApiTokenVerdict.Good(var good) => (
                await users.FindAsync(good.UserId, context.RequestAborted) is { Closed: false } user ? new(user, null, good) : null, ApiErrors.TokenRevoked),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private async ValueTask<BearerIdentity?> AdmitAsync(AccessTokenClaims claims, HttpContext context)
    {
        var user = await users.FindAsync(claims.Subject, context.RequestAborted);
        if (user is null || user.Closed || claims.Version < user.TokenVersion)
        {
            return null;
        }

        if (claims.SessionId is { } session)
        {
            lastSeen.Note(session, clock.GetUtcNow(), ClientInfo.IpOf(context));
        }

        return new(user, claims, null);
    }
}
