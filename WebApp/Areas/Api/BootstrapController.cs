using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Features.SignIn.Localhost;
using WebApp.Features.SignIn.Proxy;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;
using SignInResult = WebApp.Features.SignIn.SignInResult;

namespace WebApp.Areas.Api;

/// <summary>Tokens for whoever is known already: to the browser's session, to the proxy, or in Development to this machine.</summary>
[ApiEndpoint]
public sealed class BootstrapController(PasswordSignIn passwords, SessionTokens sessionTokens, ProxyHeaders proxy, ProxySignIn proxySignIn, LocalhostOffer localhost, EnrolmentPolicy enrolment, SignInAnswer answer)
    : ControllerBase
{
    /// <summary>Tokens, by the method named; 403 with the reason where it is off or the request is not to be trusted for it.</summary>
    [HttpPost("auth/bootstrap"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [AnswersWith<TokensResponse>, Refuses(nameof(ApiErrors.InvalidCredentials), nameof(ApiErrors.MfaRequired), nameof(ApiErrors.Forbidden), nameof(ApiErrors.MfaEnrolmentRequired), nameof(ApiErrors.TooManyAttempts))]
    public Task<IActionResult> Bootstrap(BootstrapRequest request, CancellationToken cancel) => request.Method switch
    {
        "usernamepassword" => ByPasswordAsync(request, cancel),
        "session" => BySessionAsync(request, cancel),
        "proxy" => ByProxyAsync(request, cancel),
        "localhost" => FromLocalhostAsync(request, cancel),
        _ => Task.FromResult<IActionResult>(ApiProblem.Invalid([new(nameof(request.Method), "Use usernamepassword, session, proxy or localhost.")])),
    };

    private async Task<IActionResult> ByPasswordAsync(BootstrapRequest request, CancellationToken cancel)
    {
        FieldError[] missing =
        [
            .. string.IsNullOrEmpty(request.Username) ? [new FieldError(nameof(request.Username), "Send the user name, which is the e-mail address.")] : Array.Empty<FieldError>(),
            .. string.IsNullOrEmpty(request.Password) ? [new FieldError(nameof(request.Password), "Send the password.")] : Array.Empty<FieldError>(),
        ];
        return missing.Length > 0
            ? ApiProblem.Invalid(missing)
            : await AnswerAsync(
                await passwords.SignInAsync(request.Username, request.Password, RowKey.TryParse(request.DeviceToken), ClientInfo.FromRequest(HttpContext), cancel, kind: SessionKind.Api),
                request,
                cancel,
                ShownClient.FromRequest(request.DeviceToken));
    }

    private async Task<IActionResult> BySessionAsync(BootstrapRequest request, CancellationToken cancel) => await sessionTokens.ReadAsync(HttpContext, cancel) switch
    {
        SessionTokensResult.Found(var user) => await AnswerAsync(user, request, cancel),
        SessionTokensResult.Refused(var reason) => Refuse(reason),
        _ => throw new UnreachableException(),
    };

    private async Task<IActionResult> ByProxyAsync(BootstrapRequest request, CancellationToken cancel) => proxy.Read(HttpContext) switch
    {
        ProxyIdentity.Named named => await AnswerAsync(await proxySignIn.SignInAsync(named, device: null, ClientInfo.FromRequest(HttpContext), cancel), request, cancel),
        ProxyIdentity.Silent(var reason) => Refuse(reason),
        ProxyIdentity.Unreadable(var reason) => Refuse(reason),
        _ => throw new UnreachableException(),
    };

    // The service is registered only in Development.
    private async Task<IActionResult> FromLocalhostAsync(BootstrapRequest request, CancellationToken cancel) => localhost.Obstacle(HttpContext) is { } reason
        ? Refuse(reason)
        : await AnswerAsync(
            await HttpContext.RequestServices.GetRequiredService<LocalhostSignIn>().SignInAsync(request.Username, device: null, ClientInfo.FromRequest(HttpContext), cancel), request, cancel);

    // A client can get tokens for adding a factor from the login endpoint.
    private async Task<IActionResult> AnswerAsync(SignInResult result, BootstrapRequest request, CancellationToken cancel, ShownClient? shown = null) =>
        result is SignInResult.Authenticated(var user, var amr) && await enrolment.MustAddAsync(user.Id, amr, cancel)
            ? new ApiProblem(ApiErrors.MfaEnrolmentRequired, "This installation wants a second factor: sign in and add one first.")
            : await answer.OfAsync(Response, result, request.DeviceName, cancel, shown);

    private static ApiProblem Refuse(string reason) => new(ApiErrors.Forbidden, reason);
}

/// <summary>Body of <c>POST /auth/bootstrap</c>.</summary>
/// <param name="Method"><c>usernamepassword</c>, <c>session</c>, <c>proxy</c> or <c>localhost</c>.</param>
/// <param name="Username">For <c>usernamepassword</c>: the address. For <c>localhost</c>: whose account, where it is not the developer's.</param>
/// <param name="Password">For <c>usernamepassword</c>.</param>
/// <param name="DeviceName">What the session is called in the list.</param>
/// <param name="DeviceToken">For <c>usernamepassword</c>: from the last sign-in, as at <c>/auth/login</c>.</param>
public sealed record BootstrapRequest(string Method, string? Username, string? Password, string? DeviceName, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => $"BootstrapRequest({Method}, …)";
}
