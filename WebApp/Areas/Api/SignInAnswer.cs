using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Contracts;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Mfa;
using WebApp.Tokens;
using SignInResult = WebApp.SignIn.SignInResult;

namespace WebApp.Areas.Api;

/// <summary>What a sign-in came to, as it goes over the wire: alike for every door.</summary>
public sealed class SignInAnswer(PendingSignIns pendings, SecondFactors factors, TokenIssuer issuer)
{
    /// <summary>Tokens, a challenge or a refusal.</summary>
    public async Task<IActionResult> OfAsync(HttpResponse response, SignInResult result, string? deviceName, CancellationToken cancel) => result switch
    {
        SignInResult.Authenticated user => new OkObjectResult(TokensResponse.Of(
            await issuer.OpenAsync(user.User, user.Amr, deviceName, ClientInfo.Of(response.HttpContext), cancel, user.AuthenticatedAt))),
        SignInResult.SecondFactorRequired(var user, var amr) => await ChallengeAsync(user, amr, deviceName, cancel),
        SignInResult.Refused => new ApiProblem(ApiErrors.InvalidCredentials),
        SignInResult.TooMany(var wait) => FactorProblem.Wait(response, wait),
        _ => throw new UnreachableException(),
    };

    private async Task<ApiProblem> ChallengeAsync(User user, string[] amr, string? deviceName, CancellationToken cancel)
    {
        var key = await pendings.BeginAsync(user, amr, remember: false, deviceName, cancel);
        var methods = await factors.MethodsAsync(user.Id, cancel);
        return new(ApiErrors.MfaRequired, More: new Dictionary<string, object?>
        {
            ["mfa_token"] = key.Reveal(),
            ["methods"] = methods.Where(method => method != FactorMethod.Passkey),
            ["expires_in"] = WholeSeconds.RoundUp(PendingSignIns.Lifetime),
        });
    }
}
