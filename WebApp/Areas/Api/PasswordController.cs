using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts;
using WebApp.Features.Passwords;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Text;

namespace WebApp.Areas.Api;

/// <summary>Password policy, and replacing a password, known or forgotten.</summary>
[ApiEndpoint]
public sealed class PasswordController(PasswordPolicy policy, PasswordReset reset, PasswordChange change, KnownDevices devices) : ControllerBase
{
    /// <summary>What a password must be.</summary>
    [HttpGet("password/policy")]
    public PasswordRequirements Requirements() => policy.Requirements;

    /// <summary>How strong a password would be; nothing is kept. The advice is for people, so it is in the language of <c>Accept-Language</c>.</summary>
    [HttpPost("password/strength")]
    public PasswordStrength Strength(PasswordStrengthRequest request)
    {
        using var language = Language.Use(Language.Choose(Request.Headers.AcceptLanguage)?.Code);
        return policy.Evaluate(request.Password, request.Email, request.DisplayName);
    }

    /// <summary>204; the caller's session goes on, all others have ended.</summary>
    [HttpPost("password"), BearerAuthorize, RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.InvalidCredentials), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Change(ChangePasswordRequest request, CancellationToken cancel)
    {
        var known = await devices.FindIdAsync(RowKey.TryParse(request.DeviceToken), User.UserId, SessionKind.Api, cancel);
        return await change.ChangeAsync(User.UserId, User.SessionId, known, request.CurrentPassword, request.NewPassword, ClientInfo.FromRequest(HttpContext), cancel) switch
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
        await reset.RequestAsync(request.Email, ClientInfo.FromRequest(HttpContext), cancel) is { } wait
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

        return await reset.ResetAsync(proof, request.NewPassword, ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            PasswordResetResult.Done => NoContent(),
            PasswordResetResult.NotProven => new ApiProblem(ApiErrors.InvalidCode),
            PasswordResetResult.Invalid(var reasons) => ApiProblem.Invalid(reasons.Select(reason => reason with { Field = nameof(request.NewPassword) })),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}

/// <summary>Body of <c>POST /password</c>; <c>device_token</c> shows that the account knows the device.</summary>
public sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => "ChangePasswordRequest(…)";
}

/// <summary>Body of <c>POST /auth/forgot-password</c>.</summary>
public sealed record ForgotPasswordRequest(string Email);

/// <summary>A body with the proof from a mail: <c>token</c>, or <c>email</c> and <c>code</c>.</summary>
public interface IProofRequest
{
    /// <summary>From the link.</summary>
    string? Token { get; }

    /// <summary>With the code.</summary>
    string? Email { get; }

    /// <summary>With the address.</summary>
    string? Code { get; }

    /// <summary>The proof, or null and the error.</summary>
    static SecretProof? Read(IProofRequest request, out FieldError[] errors)
    {
        errors = [];
        if (!string.IsNullOrEmpty(request.Token))
        {
            return new SecretProof.ByToken(request.Token);
        }

        if (!string.IsNullOrEmpty(request.Email) && !string.IsNullOrEmpty(request.Code))
        {
            return new SecretProof.ByCode(request.Email, request.Code);
        }

        errors = [new(nameof(Token), "Send token, or email and code.")];
        return null;
    }
}

/// <summary>Body of <c>POST /password/strength</c>; address and name are counted against a password that holds them.</summary>
public sealed record PasswordStrengthRequest(string Password, string? Email, string? DisplayName)
{
    /// <inheritdoc/>
    public override string ToString() => "PasswordStrengthRequest(…)";
}

/// <summary>Body of <c>POST /auth/reset-password</c>: a proof as in <see cref="ConfirmEmailRequest"/>, and the new password.</summary>
public sealed record ResetPasswordRequest(string? Token, string? Email, string? Code, string NewPassword) : IProofRequest
{
    /// <inheritdoc/>
    public override string ToString() => "ResetPasswordRequest(…)";
}

/// <summary>What was begun.</summary>
/// <param name="Status">One word.</param>
public sealed record StatusResponse(string Status);
