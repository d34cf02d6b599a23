using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using WebApp.Data.Users;
using WebApp.Hosting;
using WebApp.Sessions;
using WebApp.Tokens;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Signs API clients in by their Bearer token, and says exactly why not.</summary>
public sealed class BearerHandler(
    IOptionsMonitor<BearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccessTokens tokens, UserSnapshots users, LastSeen lastSeen, TimeProvider clock)
    : AuthenticationHandler<BearerOptions>(options, loggers, encoder)
{
    private const string Prefix = BearerOptions.Scheme + " ";
    private static readonly AuthenticateResult Refused = AuthenticateResult.Fail("The token is refused.");

    private ApiError refusal = ApiErrors.TokenMissing;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0 || !header[0]!.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (header.Count > 1)
        {
            return Refuse(ApiErrors.TokenMalformed);
        }

        return await tokens.JudgeAsync(header[0].AsMemory(Prefix.Length), Context.RequestAborted) switch
        {
            AccessTokenVerdict.Malformed => Refuse(ApiErrors.TokenMalformed),
            AccessTokenVerdict.Invalid => Refuse(ApiErrors.TokenInvalid),
            AccessTokenVerdict.Revoked => Refuse(ApiErrors.TokenRevoked),
            AccessTokenVerdict.Expired => Refuse(ApiErrors.TokenExpired),
            AccessTokenVerdict.Good(var claims) => await AdmitAsync(claims),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>401 with the code; a token that was sent is named invalid (RFC 6750 3.1).</summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        Response.Headers.WWWAuthenticate = refusal == ApiErrors.TokenMissing
            ? "Bearer"
            : $"Bearer error=\"invalid_token\", error_description=\"{refusal.Title}\"";
        await new ApiProblem(refusal).WriteAsync(Context);
    }

    /// <summary>403.</summary>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => new ApiProblem(ApiErrors.Forbidden).WriteAsync(Context);

    private async ValueTask<AuthenticateResult> AdmitAsync(AccessTokenClaims claims)
    {
        var user = await users.FindAsync(claims.Subject, Context.RequestAborted);
        if (user is null || user.Closed || claims.Version < user.TokenVersion)
        {
            return Refuse(ApiErrors.TokenRevoked);
        }

        if (claims.SessionId is { } session)
        {
            lastSeen.Note(session, clock.GetUtcNow(), ClientInfo.IpOf(Context));
        }

        var identity = new BearerIdentity(claims, user);
        Context.Features.Set(identity);
        return AuthenticateResult.Success(new(identity.ToPrincipal(), Scheme.Name));
    }

    private AuthenticateResult Refuse(ApiError error)
    {
        refusal = error;
        return Refused;
    }
}
