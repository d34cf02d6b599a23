using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Features.Tokens;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api;

/// <summary>The second step of signing in with tokens. An <c>mfa_token</c> is good here and nowhere else.</summary>
[ApiEndpoint]
public sealed class ChallengeController(SecondFactorSignIn signIn, EmailCodeFactor emailCodes, TokenIssuer issuer) : ControllerBase
{
    /// <summary>Tokens for a code.</summary>
    [HttpPost("auth/mfa")]
    [AnswersWith<TokensResponse>, Refuses(nameof(ApiErrors.InvalidCode), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Complete(MfaRequest request, CancellationToken cancel)
    {
        if (await signIn.FindAsync(RowKey.TryParse(request.MfaToken), cancel) is not { } pending)
        {
            return NothingPending();
        }

        var client = ClientInfo.FromRequest(HttpContext);
        IssuedTokens? tokens = null;
        return await signIn.CompleteAsync(pending, request.Method, request.Code, client, OpenAsync, cancel) switch
        {
            SecondFactorResult.Completed => Ok(TokensResponse.From(tokens!)),
            SecondFactorResult.Refused(var reason) => FactorProblem.For(Response, reason),
            SecondFactorResult.NothingPending => NothingPending(),
            _ => throw new UnreachableException(),
        };

        async Task<bool> OpenAsync(SecondFactorResult.Completed shown)
        {
            var device = ShownClient.FromRequest(request.DeviceToken, shown.Pending.KnownDeviceId);
            tokens = await issuer.OpenAsync(AccountProof.ForUser(shown.User), shown.Amr, authenticatedAt: null, shown.Pending.DeviceName, client, cancel, device);
            return tokens is not null;
        }
    }

    /// <summary>202; a code for this sign-in is on its way.</summary>
    [HttpPost("auth/mfa/email-code"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [AnswersWith<StatusResponse>(StatusCodes.Status202Accepted), Refuses(nameof(ApiErrors.InvalidCode), nameof(ApiErrors.Forbidden), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> SendCode(MfaEmailCodeRequest request, CancellationToken cancel) =>
        await signIn.FindAsync(RowKey.TryParse(request.MfaToken), cancel) is { } pending
            ? EmailCodeAnswer.For(Response, await emailCodes.SendAsync(pending.UserId, pending.Id, ClientInfo.FromRequest(HttpContext), cancel))
            : NothingPending();

    private static ApiProblem NothingPending() => new(ApiErrors.InvalidCode, "The mfa_token is unknown, used or expired. Sign in again.");
}

/// <summary>Body of <c>POST /auth/mfa/email-code</c>.</summary>
/// <param name="MfaToken">From the answer <c>mfa_required</c>.</param>
public sealed record MfaEmailCodeRequest(string MfaToken)
{
    /// <inheritdoc/>
    public override string ToString() => "MfaEmailCodeRequest(…)";
}

/// <summary>Body of <c>POST /auth/mfa</c>.</summary>
/// <param name="MfaToken">From the answer <c>mfa_required</c>.</param>
/// <param name="Method"><c>totp</c>, <c>email</c> or <c>recovery_code</c>.</param>
/// <param name="Code">As typed.</param>
/// <param name="DeviceToken">The one that was sent with the password; left out, the device gets a new one.</param>
public sealed record MfaRequest(string MfaToken, string Method, string Code, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => "MfaRequest(…)";
}
