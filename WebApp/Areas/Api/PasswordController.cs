using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts;
using WebApp.Features.Passwords;
using WebApp.Features.Sessions;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api;

/// <summary>Password policy, and replacing a password, known or forgotten.</summary>
[ApiEndpoint]
public sealed class PasswordController(PasswordPolicy policy, PasswordReset reset, PasswordChange change, KnownDevices devices) : ControllerBase
{
    /// <summary>What a password must be.</summary>
    [HttpGet("password/policy")]
    public PasswordRequirements Requirements() => policy.Requirements;

    /// <summary>How strong a password would be; nothing is kept.</summary>
    [HttpPost("password/strength")]
    public PasswordStrength Strength(PasswordStrengthRequest request) => policy.Evaluate(request.Password, request.Email, request.DisplayName);

    /// <summary>204; the caller's session goes on, all others have ended.</summary>
    [HttpPost("password"), BearerAuthorize, RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.InvalidCredentials), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Change(ChangePasswordRequest request, CancellationToken cancel)
    {
        var known = await devices.FindIdAsync(RowKey.TryParse(request.DeviceToken), User.UserId, SessionKind.Api, cancel);
        return await change.ChangeAsync(User.UserId, User.SessionId, known, request.CurrentPassword, request.NewPassword, ClientInfo.Of(HttpContext), cancel) switch
        {
            PasswordChangeResult.Changed => NoContent(),
            PasswordChangeResult.WrongPassword => new ApiProblem(ApiErrors.InvalidCredentials),
            PasswordChangeResult.TooMany(var wait) => FactorProblem.Wait(Response, wait),
            PasswordChangeResult.Invalid(var errors) => ApiProblem.Invalid(errors),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>202 whatever the address; 429 for who asks too often.</summary>
    [HttpPost("auth/forgot-password"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [AnswersWith<StatusResponse>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Forgot(ForgotPasswordRequest request, CancellationToken cancel) =>
        await reset.RequestAsync(request.Email, ClientInfo.Of(HttpContext), cancel) is { } wait
            ? FactorProblem.Wait(Response, wait)
            : Accepted(new StatusResponse("reset_sent"));

    /// <summary>204; every session has ended.</summary>
    [HttpPost("auth/reset-password"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.InvalidCode))]
    public async Task<IActionResult> Reset(ResetPasswordRequest request, CancellationToken cancel)
    {
        if (IProofRequest.Read(request, out var errors) is not { } proof)
        {
            return ApiProblem.Invalid(errors);
        }

        return await reset.ResetAsync(proof, request.NewPassword, ClientInfo.Of(HttpContext), cancel) switch
        {
            PasswordResetResult.Done => NoContent(),
            PasswordResetResult.NotProven => new ApiProblem(ApiErrors.InvalidCode),
            PasswordResetResult.Invalid(var reasons) => ApiProblem.Invalid(reasons.Select(reason => reason with { Field = nameof(request.NewPassword) })),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
