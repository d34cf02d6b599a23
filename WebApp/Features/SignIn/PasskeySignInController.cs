using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Features.Lockout;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using WebApp.Platform.Pages;

namespace WebApp.Features.SignIn;

/// <summary>Sign-in by passkey. <c>passkeys.js</c> calls it; the answers are JSON.</summary>
public sealed class PasskeySignInController(
    PasskeySignIn signIn, PasskeyCeremonies ceremonies, PendingSignIns pendings, BrowserSignIn browser, PendingSignInCookie pendingCookie, Attempts attempts, IOptions<IpLimitOptions> limits) : Controller
{
    private static string NothingPending => T("This sign-in has expired. Please sign in again.");

    /// <summary>Begins a ceremony. For a second factor or a step-up, it requires a pending sign-in or a session.</summary>
    [HttpPost("/passkeys/options")]
    public async Task<IActionResult> Options(PasskeySignInForm form, CancellationToken cancel)
    {
        var purpose = form.Purpose switch
        {
            PasskeyPurpose.SignInName => PasskeyPurpose.SignIn,
            PasskeyPurpose.SecondFactorName when await PendingAsync(cancel) is { } pending => PasskeyPurpose.SecondFactor(pending),
            PasskeyPurpose.StepUpName when User.Identity is { IsAuthenticated: true } => PasskeyPurpose.StepUp(User.UserId, User.SessionId!.Value),
            _ => null,
        };
        if (purpose is { UserId: null } && await SpendAsync(cancel) is { } wait)
        {
            return PasskeyAnswer.Failure(Waiting.Refuse(Response, wait), StatusCodes.Status429TooManyRequests);
        }

        return purpose is null ? PasskeyAnswer.Failure(NothingPending) : PasskeyAnswer.Options(await ceremonies.BeginAsync(HttpContext, purpose, cancel));
    }

    /// <summary>Signs in.</summary>
    [HttpPost("/login/passkey")]
    public async Task<IActionResult> SignIn(PasskeySignInForm form, CancellationToken cancel)
    {
        switch (await signIn.SignInAsync(HttpContext, form.Credential, cancel))
        {
            case SignInResult.Authenticated user:
                if (!await browser.OpenAsync(HttpContext, user, form.RememberMe, cancel))
                {
                    return PasskeyAnswer.Failure(NothingPending);
                }

                TempData.TypedEmail = null;
                return Success(form.ReturnUrl);
            case SignInResult.Refused:
                return PasskeyAnswer.Failure(PasskeyAnswer.Refused);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Completes the pending sign-in.</summary>
    [HttpPost("/login/mfa/passkey")]
    public async Task<IActionResult> SecondFactor(PasskeySignInForm form, CancellationToken cancel)
    {
        switch (await signIn.CompleteAsync(
            HttpContext,
            pendingCookie.Read(HttpContext),
            form.Credential,
            shown => browser.OpenAsync(HttpContext, new(shown.User, shown.Amr), shown.Pending.Remember, cancel, form.TrustDevice),
            cancel))
        {
            case SecondFactorResult.Completed:
                pendingCookie.Remove(HttpContext);
                TempData.TypedEmail = null;
                return Success(form.ReturnUrl);
            case SecondFactorResult.NothingPending:
                return PasskeyAnswer.Failure(NothingPending);
            case SecondFactorResult.Refused:
                return PasskeyAnswer.Failure(PasskeyAnswer.Refused);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Renews the session as authenticated now.</summary>
    [Authorize]
    [HttpPost("/reauthenticate/passkey")]
    public async Task<IActionResult> StepUp(PasskeySignInForm form, CancellationToken cancel)
    {
        if (!await signIn.ProveAsync(HttpContext, PasskeyPurpose.StepUp(User.UserId, User.SessionId!.Value), form.Credential, cancel))
        {
            return PasskeyAnswer.Failure(PasskeyAnswer.Refused);
        }

        await browser.RenewAsync(HttpContext, FactorMethod.Passkey, cancel);
        return Success(form.ReturnUrl);
    }

    // Each ceremony is a database row, and anonymous clients can start one for a sign-in.
    private Task<TimeSpan?> SpendAsync(CancellationToken cancel) => attempts.SpendAsync(
        $"passkey:from:{IpPrefix.Containing(ClientInfo.IpOf(HttpContext))}", limits.Value.IpPermitsPerMinute, TimeSpan.FromMinutes(1), cancel);

    private async Task<PendingSignIn?> PendingAsync(CancellationToken cancel) =>
        pendingCookie.Read(HttpContext) is { } key ? await pendings.FindAsync(key, cancel) : null;

    private static JsonResult Success(string? returnUrl) => PasskeyAnswer.Success(ReturnPath.LocalOrAccount(returnUrl));
}

/// <summary>What <c>passkeys.js</c> sends.</summary>
public sealed class PasskeySignInForm
{
    /// <summary>The purpose of the options: a value of <see cref="Features.SecondFactors.Passkeys.PasskeyPurpose"/>.</summary>
    public string? Purpose { get; init; }

    /// <summary>The authenticator's answer, as JSON.</summary>
    public string? Credential { get; init; }

    /// <summary>Whether the longer pair of session limits applies.</summary>
    public bool RememberMe { get; init; }

    /// <summary>Whether this browser skips the second factor for a while.</summary>
    public bool TrustDevice { get; init; }

    /// <summary>The path to go to afterwards. Anything but a path on this site is ignored.</summary>
    public string? ReturnUrl { get; init; }
}
