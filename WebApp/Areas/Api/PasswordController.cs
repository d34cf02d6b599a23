using Microsoft.AspNetCore.Mvc;
using WebApp.Accounts;
using WebApp.Areas.Api.Contracts;
using WebApp.Hosting;
using WebApp.Passwords;

namespace WebApp.Areas.Api;

/// <summary>Password policy, and replacing a forgotten password.</summary>
[ApiEndpoint]
public sealed class PasswordController(PasswordPolicy policy, PasswordReset reset) : ControllerBase
{
    /// <summary>What a password must be.</summary>
    [HttpGet("password/policy")]
    public PasswordRequirements Requirements() => policy.Requirements;

    /// <summary>How strong a password would be; nothing is kept.</summary>
    [HttpPost("password/strength")]
    public PasswordStrength Strength(PasswordStrengthRequest request) => policy.Evaluate(request.Password, request.Email, request.DisplayName);

    /// <summary>202 always.</summary>
    [HttpPost("auth/forgot-password")]
    public async Task<IActionResult> Forgot(ForgotPasswordRequest request, CancellationToken cancel)
    {
        await reset.RequestAsync(request.Email, ClientInfo.Of(HttpContext), cancel);
        return Accepted(new StatusResponse("reset_sent"));
    }

    /// <summary>204; every session has ended.</summary>
    [HttpPost("auth/reset-password")]
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
