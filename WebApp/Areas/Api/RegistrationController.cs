using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api;

/// <summary>Making and confirming an account.</summary>
[ApiEndpoint]
public sealed class RegistrationController(Registration registration, EmailConfirmation confirmation) : ControllerBase
{
    /// <summary>202 whether or not the address is taken; the mail tells its owner which.</summary>
    [HttpPost("auth/register"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [AnswersWith<StatusResponse>(StatusCodes.Status202Accepted), Refuses(nameof(ApiErrors.RegistrationClosed))]
    public async Task<IActionResult> Register(RegisterRequest request, CancellationToken cancel) =>
        await registration.RegisterAsync(request.Email, request.Password, request.DisplayName, browser: null, ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            RegistrationResult.MailSent => Accepted(new StatusResponse("confirmation_sent")),
            RegistrationResult.Invalid(var errors) => ApiProblem.Invalid(errors),
            RegistrationResult.Closed => new ApiProblem(ApiErrors.RegistrationClosed, RegistrationResult.Closed.Message),
            RegistrationResult.TooMany(var wait) => FactorProblem.Wait(Response, wait),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>204 once the registration is confirmed, by its link or code and its password. The account has that password then.</summary>
    [HttpPost("auth/confirm-email"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.InvalidCode), nameof(ApiErrors.InvalidCredentials), nameof(ApiErrors.RegistrationClosed))]
    public async Task<IActionResult> Confirm(ConfirmEmailRequest request, CancellationToken cancel)
    {
        if (IProofRequest.Read(request, out var errors) is not { } proof)
        {
            return ApiProblem.Invalid(errors);
        }

        return await confirmation.ConfirmAsync(proof, request.Password, browser: null, ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            ConfirmationResult.Confirmed => NoContent(),
            ConfirmationResult.WrongPassword => new ApiProblem(ApiErrors.InvalidCredentials),
            ConfirmationResult.Closed => new ApiProblem(ApiErrors.RegistrationClosed, RegistrationResult.Closed.Message),
            ConfirmationResult.TooMany(var wait) => FactorProblem.Wait(Response, wait),
            _ => new ApiProblem(ApiErrors.InvalidCode),
        };
    }
}

/// <summary>Body of <c>POST /auth/confirm-email</c>: a link's <c>token</c>, or <c>email</c> and <c>code</c>; and the registration's <c>password</c>.</summary>
public sealed record ConfirmEmailRequest(string? Token, string? Email, string? Code, string Password) : IProofRequest
{
    /// <inheritdoc/>
    public override string ToString() => "ConfirmEmailRequest(…)";
}

/// <summary>Body of <c>POST /auth/register</c>. Refuses to print, like everything here that holds a secret.</summary>
public sealed record RegisterRequest(string Email, string Password, string? DisplayName)
{
    /// <inheritdoc/>
    public override string ToString() => "RegisterRequest(…)";
}
