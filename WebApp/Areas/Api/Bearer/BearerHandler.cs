using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Signs API clients in by their Bearer token, as the gate judges it.</summary>
public sealed class BearerHandler(IOptionsMonitor<BearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder, BearerGate gate)
    : AuthenticationHandler<BearerOptions>(options, loggers, encoder)
{
    private static readonly AuthenticateResult Refused = AuthenticateResult.Fail("The token is refused.");

    private ApiError refusal = ApiErrors.TokenMissing;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        (var caller, refusal) = await gate.JudgeAsync(Context);
        if (caller is null)
        {
            return refusal == ApiErrors.TokenMissing ? AuthenticateResult.NoResult() : Refused;
        }

        Context.Features.Set(caller);
        return AuthenticateResult.Success(new(caller.ToPrincipal(), Scheme.Name));
    }

    /// <summary>401 with the code.</summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        await BearerGate.RefuseAsync(Context, refusal);
    }

    /// <summary>403.</summary>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => new ApiProblem(ApiErrors.Forbidden).WriteAsync(Context);
}
