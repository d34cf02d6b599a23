using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SignIn.MasterPassword;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api;

/// <summary>Sign-in by the master password. There is none where no hash is set.</summary>
[ApiEndpoint]
public sealed class AdminLoginController(MasterPasswordSignIn signIn) : ControllerBase
{
    /// <summary>An access token that opens what roles with permissions open, and no account.</summary>
    [HttpPost("auth/admin-login"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [AnswersWith<TokensResponse>, Refuses(nameof(ApiErrors.InvalidCredentials), nameof(ApiErrors.NotFound), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Login(AdminLoginRequest request, CancellationToken cancel) =>
        await signIn.SignInAsync(request.MasterPassword, ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            MasterPasswordResult.Admitted(var tokens) => Ok(TokensResponse.From(tokens)),
            MasterPasswordResult.Off => new ApiProblem(ApiErrors.NotFound),
            MasterPasswordResult.Wrong => new ApiProblem(ApiErrors.InvalidCredentials),
            MasterPasswordResult.TooMany(var wait) => FactorProblem.Wait(Response, wait),
            _ => throw new UnreachableException(),
        };
}

/// <summary>Body of <c>POST /auth/admin-login</c>.</summary>
public sealed record AdminLoginRequest(string MasterPassword)
{
    /// <inheritdoc/>
    public override string ToString() => "AdminLoginRequest(…)";
}
