using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Time;
using SignInResult = WebApp.Features.SignIn.SignInResult;

namespace WebApp.Areas.Api;

/// <summary>The response to a sign-in, the same for all sign-in methods.</summary>
public sealed class SignInAnswer(PendingSignIns pendings, SecondFactorService factors, TokenIssuer issuer)
{
    /// <summary>Tokens, a challenge or a refusal; with a device token if <paramref name="shown"/> is given.</summary>
    public async Task<IActionResult> OfAsync(HttpResponse response, SignInResult result, string? deviceName, CancellationToken cancel, ShownClient? shown = null) => result switch
    {
        SignInResult.Authenticated user => await issuer.OpenAsync(
            user.Proof, user.Amr, user.AuthenticatedAt, deviceName, ClientInfo.FromRequest(response.HttpContext), cancel, shown) is { } tokens
                ? new OkObjectResult(TokensResponse.From(tokens))
                : new ApiProblem(ApiErrors.InvalidCredentials),
        SignInResult.SecondFactorRequired step => await ChallengeAsync(step, deviceName, cancel),
        SignInResult.Refused => new ApiProblem(ApiErrors.InvalidCredentials),
        SignInResult.TooMany(var wait) => FactorProblem.Wait(response, wait),
        _ => throw new UnreachableException(),
    };

    private async Task<ApiProblem> ChallengeAsync(SignInResult.SecondFactorRequired step, string? deviceName, CancellationToken cancel)
    {
        var key = await pendings.BeginAsync(step.User, step.Amr, remember: false, deviceName, cancel, step.KnownDevice);
        var methods = await factors.MethodsAsync(step.User.Id, cancel);
        return new(ApiErrors.MfaRequired, More: new Dictionary<string, object?>
        {
            ["mfa_token"] = key.Reveal(),
            ["methods"] = methods.Where(method => method != FactorMethod.Passkey),
            ["expires_in"] = WholeSeconds.RoundUp(PendingSignIns.Lifetime),
        });
    }
}

/// <summary>The response to a request for a mailed code.</summary>
internal static class EmailCodeAnswer
{
    /// <summary>202, <c>too_many_attempts</c>, or <c>forbidden</c> if the account does not use mailed codes.</summary>
    public static IActionResult For(HttpResponse response, EmailCodeResult result) => result switch
    {
        EmailCodeResult.Sent => new AcceptedResult(location: null, new StatusResponse("code_sent")),
        EmailCodeResult.TooSoon(var wait) => FactorProblem.Wait(response, wait, FactorMessages.TooSoon(wait)),
        EmailCodeResult.NotAvailable => new ApiProblem(ApiErrors.Forbidden, "This account does not use codes by email."),
        _ => throw new UnreachableException(),
    };
}
