using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Data.Encryption;
using WebApp.Hosting;
using WebApp.Mfa.EmailCodes;
using WebApp.Protection.Limits;
using WebApp.Sessions;
using WebApp.SignIn;
using WebApp.Tokens;

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
        var client = ClientInfo.Of(HttpContext);
        return await signIn.CompleteAsync(RowKey.TryParse(request.MfaToken), request.Method, request.Code, client, cancel) switch
        {
            SecondFactorResult.Completed(var user, var amr, var pending) =>
                await issuer.OpenAsync(
                    AccountProof.ForUser(user), amr, authenticatedAt: null, pending.DeviceName, client, cancel,
                    ShownClient.FromRequest(request.DeviceToken, pending.KnownDeviceId)) is { } tokens
                        ? Ok(TokensResponse.Of(tokens))
                        : NothingPending(),
            SecondFactorResult.Refused(var reason) => FactorProblem.Of(Response, reason),
            SecondFactorResult.NothingPending => NothingPending(),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>202; a code for this sign-in is on its way.</summary>
    [HttpPost("auth/mfa/email-code"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [AnswersWith<StatusResponse>(StatusCodes.Status202Accepted), Refuses(nameof(ApiErrors.InvalidCode), nameof(ApiErrors.Forbidden), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> SendCode(MfaEmailCodeRequest request, CancellationToken cancel) =>
        await signIn.FindAsync(RowKey.TryParse(request.MfaToken), cancel) is { } pending
            ? EmailCodeAnswer.Of(Response, await emailCodes.SendAsync(pending.UserId, pending.Id, ClientInfo.Of(HttpContext), cancel))
            : NothingPending();

    private static ApiProblem NothingPending() => new(ApiErrors.InvalidCode, "The mfa_token is unknown, used or expired. Sign in again.");
}
