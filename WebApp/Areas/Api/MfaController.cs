using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Features.Sessions;

namespace WebApp.Areas.Api;

/// <summary>The caller's second factors. Every change ends the caller's other sessions.</summary>
[ApiEndpoint, BearerAuthorize, AllowWithoutSecondFactor]
public sealed class MfaController(SecondFactorService factors, TotpEnrolment totp, EmailCodeEnrolment emailCodes, RecoveryCodeSheets recoveryCodes) : ControllerBase
{
    /// <summary>What there is.</summary>
    [HttpGet("mfa")]
    [AnswersWith<MfaResponse>, Refuses(nameof(ApiErrors.NotFound))]
    public async Task<IActionResult> Overview(CancellationToken cancel) =>
        await factors.OverviewAsync(User.UserId, cancel) is { } overview
            ? Ok(MfaResponse.From(overview, await factors.MethodsAsync(User.UserId, cancel)))
            : new ApiProblem(ApiErrors.NotFound);

    /// <summary>A new secret to take over; nothing is on until it is confirmed.</summary>
    [HttpPost("mfa/totp"), RecentAuthenticationRequired(Strong = true)]
    [AnswersWith<TotpOfferResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> BeginTotp(CancellationToken cancel) =>
        await totp.BeginAsync(Caller.FromRequest(HttpContext), cancel) is { } offer
            ? Ok(TotpOfferResponse.From(offer))
            : new ApiProblem(ApiErrors.Conflict, "An authenticator app is on already; remove it first.");

    /// <summary>Turns the authenticator app on, if the code is right.</summary>
    [HttpPost("mfa/totp/confirm"), RecentAuthenticationRequired(Strong = true)]
    [AnswersWith<RecoveryCodesResponse>, Refuses(nameof(ApiErrors.Conflict), nameof(ApiErrors.InvalidCode))]
    public async Task<IActionResult> ConfirmTotp(TotpCodeRequest request, CancellationToken cancel) =>
        await totp.ConfirmAsync(Caller.FromRequest(HttpContext), request.Code, cancel) switch
        {
            TotpConfirmation.TurnedOn(var codes) => Ok(RecoveryCodesResponse.From(codes)),
            TotpConfirmation.NothingOffered => new ApiProblem(ApiErrors.Conflict, "No secret is waiting to be confirmed; ask for one first."),
            TotpConfirmation.Refused(var reason) => new ApiProblem(ApiErrors.InvalidCode, FactorMessages.For(reason)),
            _ => throw new UnreachableException(),
        };

    /// <summary>204; 404 where no authenticator app is on.</summary>
    [HttpDelete("mfa/totp"), RecentAuthenticationRequired(Strong = true)]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.NotFound))]
    public async Task<IActionResult> RemoveTotp(CancellationToken cancel) =>
        await totp.RemoveAsync(Caller.FromRequest(HttpContext), cancel) ? NoContent() : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Turns mailed codes on; nothing changes where they are.</summary>
    [HttpPost("mfa/email"), RecentAuthenticationRequired(Strong = true)]
    [AnswersWith<RecoveryCodesResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> TurnEmailOn(CancellationToken cancel) =>
        await emailCodes.TurnOnAsync(Caller.FromRequest(HttpContext), cancel) switch
        {
            EmailCodesResult.TurnedOn(var codes) => Ok(RecoveryCodesResponse.From(codes)),
            EmailCodesResult.AlreadyOn => Ok(RecoveryCodesResponse.From(null)),
            EmailCodesResult.NotOffered => new ApiProblem(ApiErrors.Conflict, "Codes by email are not offered here; add an authenticator app."),
            EmailCodesResult.AddressNotConfirmed => new ApiProblem(ApiErrors.Conflict, "The address is not confirmed."),
            _ => throw new UnreachableException(),
        };

    /// <summary>204; 404 where mailed codes are off.</summary>
    [HttpDelete("mfa/email"), RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.NotFound))]
    public async Task<IActionResult> TurnEmailOff(CancellationToken cancel) =>
        await emailCodes.TurnOffAsync(Caller.FromRequest(HttpContext), cancel) ? NoContent() : new ApiProblem(ApiErrors.NotFound);

    /// <summary>New recovery codes in place of all old ones.</summary>
    [HttpPost("mfa/recovery-codes"), RecentAuthenticationRequired(Strong = true)]
    [AnswersWith<RecoveryCodesResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> RenewRecoveryCodes(CancellationToken cancel) =>
        await recoveryCodes.RenewAsync(Caller.FromRequest(HttpContext), cancel) is { } sheet
            ? Ok(RecoveryCodesResponse.From(sheet))
            : new ApiProblem(ApiErrors.Conflict, "Recovery codes come with a second factor; none is on.");
}

/// <summary>The caller's second factors: <c>GET /mfa</c>. Times are UTC.</summary>
/// <param name="Enabled">Whether signing in asks for a second factor.</param>
/// <param name="Methods">What it can be answered with, the strongest first.</param>
/// <param name="TotpSince">When the authenticator app was taken on; null where there is none.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes still work.</param>
public sealed record MfaResponse(bool Enabled, IReadOnlyList<string> Methods, DateTimeOffset? TotpSince, int RecoveryCodesLeft)
{
    /// <summary>Creates the response from the factors.</summary>
    public static MfaResponse From(FactorOverview overview, IReadOnlyList<string> methods) =>
        new(overview.Required, methods, overview.TotpSince, overview.RecoveryCodesLeft);
}

/// <summary>New recovery codes, this once; none where there were some already. Refuses to print.</summary>
public sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes)
{
    /// <summary>Creates the response from a sheet.</summary>
    public static RecoveryCodesResponse From(RecoveryCodeSheet? sheet) => new(sheet?.Codes ?? []);

    /// <inheritdoc/>
    public override string ToString() => $"RecoveryCodesResponse({RecoveryCodes.Count}, …)";
}

/// <summary>Body of <c>POST /mfa/totp/confirm</c>.</summary>
public sealed record TotpCodeRequest(string Code)
{
    /// <inheritdoc/>
    public override string ToString() => "TotpCodeRequest(…)";
}

/// <summary>A secret for an authenticator app: <c>POST /mfa/totp</c>. Refuses to print.</summary>
public sealed record TotpOfferResponse(string Secret, string OtpauthUri, string QrSvg)
{
    /// <summary>Creates the response from the offer.</summary>
    public static TotpOfferResponse From(TotpOffer offer) => new(offer.Secret, offer.OtpauthUri, offer.QrSvg);

    /// <inheritdoc/>
    public override string ToString() => "TotpOfferResponse(…)";
}
