using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Features.Tokens;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Areas.Api;

/// <summary>Step-up for API clients (RFC 9470). The session and its refresh token stay; the access token is new.</summary>
[ApiEndpoint, BearerAuthorize, AllowWithoutSecondFactor]
public sealed class ReauthenticationController(StepUp stepUp, EmailCodeFactor emailCodes, TokenIssuer issuer, KnownDevices devices) : ControllerBase
{
    /// <summary>An access token that says the user has just authenticated.</summary>
    [HttpPost("auth/reauthenticate")]
    [AnswersWith<TokensResponse>, Refuses(nameof(ApiErrors.InvalidCredentials), nameof(ApiErrors.InvalidCode), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Reauthenticate(ReauthenticateRequest request, CancellationToken cancel)
    {
        if (User.SessionId is not { } session)
        {
            return new ApiProblem(ApiErrors.Forbidden, "Only a signed-in user can authenticate again.");
        }

        var byPassword = (await stepUp.MethodsAsync(User.UserId, cancel)).Count == 0;
        if (string.IsNullOrEmpty(byPassword ? request.Password : request.Code))
        {
            return Incomplete(request, byPassword);
        }

        var client = ClientInfo.FromRequest(HttpContext);
        var known = await devices.FindIdAsync(RowKey.TryParse(request.DeviceToken), User.UserId, SessionKind.Api, cancel);
        IssuedTokens? tokens = null;
        var result = await stepUp.VerifyAsync(User.UserId, session, known, request.Password, request.Method, request.Code, client, RenewAsync, cancel);
        return tokens is not null ? Ok(TokensResponse.From(tokens))
            : byPassword && result is FactorResult.Wrong ? new ApiProblem(ApiErrors.InvalidCredentials)
            : FactorProblem.For(Response, result);

        async Task RenewAsync(string method)
        {
            await stepUp.RenewApiAsync(Caller.FromRequest(HttpContext), method, cancel);
            tokens = await issuer.RenewAsync(User.UserId, session, cancel);
        }
    }

    /// <summary>202; a code for this session is on its way.</summary>
    [HttpPost("auth/reauthenticate/email-code")]
    [AnswersWith<StatusResponse>(StatusCodes.Status202Accepted), Refuses(nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> SendCode(CancellationToken cancel) => User.SessionId is { } session
        ? EmailCodeAnswer.For(Response, await emailCodes.SendAsync(User.UserId, session, ClientInfo.FromRequest(HttpContext), cancel))
        : new ApiProblem(ApiErrors.Forbidden, "Only a signed-in user can authenticate again.");

    // If a second factor is required, a password alone is refused as a wrong proof, and not as an incomplete one.
    private static ApiProblem Incomplete(ReauthenticateRequest request, bool byPassword) =>
        byPassword ? ApiProblem.Invalid([new(nameof(request.Password), "Send the password.")])
        : string.IsNullOrEmpty(request.Password) ? ApiProblem.Invalid([new(nameof(request.Code), "Send method and code.")])
        : new(ApiErrors.InvalidCode, "This account has a second factor: send method and code.");
}

/// <summary>Body of <c>POST /auth/reauthenticate</c>: <c>method</c> and <c>code</c> where the account has a second factor, else <c>password</c>; <c>device_token</c> shows that the account knows the device.</summary>
public sealed record ReauthenticateRequest(string? Password, string? Method, string? Code, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => "ReauthenticateRequest(…)";
}
