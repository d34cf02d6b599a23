using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Credentials;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn;
using WebApp.Features.Tokens;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api;

/// <summary>Signing in and out with tokens; <see cref="RefreshEndpoint"/> refreshes them.</summary>
[ApiEndpoint]
public sealed class TokensController(
    PasswordSignIn signIn, SignInAnswer answer, SessionDirectory sessions, CredentialChanges credentials) : ControllerBase
{
    /// <summary>Tokens for a name and password.</summary>
    [HttpPost("auth/login"), LimitByIp(Cost = LimitByIpAttribute.Costly)]
    [AnswersWith<TokensResponse>, Refuses(nameof(ApiErrors.InvalidCredentials), nameof(ApiErrors.MfaRequired), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Login(LoginRequest request, CancellationToken cancel) => await answer.OfAsync(
        Response,
        await signIn.SignInAsync(request.Email, request.Password, RowKey.TryParse(request.DeviceToken), ClientInfo.FromRequest(HttpContext), cancel, kind: SessionKind.Api),
        request.DeviceName,
        cancel,
        ShownClient.FromRequest(request.DeviceToken));

    /// <summary>204; the caller's session has ended.</summary>
    [HttpPost("auth/logout"), BearerAuthorize, AllowWithoutSecondFactor]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> Logout(CancellationToken cancel)
    {
        if (User.SessionId is { } session)
        {
            await sessions.EndAsync(User.UserId, session, EndReason.SignedOut, ClientInfo.FromRequest(HttpContext), cancel);
        }

        return NoContent();
    }

    /// <summary>204; every session of the caller has ended and every token is dead.</summary>
    [HttpPost("auth/logout-everywhere"), BearerAuthorize, AllowWithoutSecondFactor]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> LogoutEverywhere(CancellationToken cancel)
    {
        await credentials.SignOutEverywhereAsync(User.UserId, ClientInfo.FromRequest(HttpContext), cancel);
        return NoContent();
    }
}

/// <summary><c>POST /auth/refresh</c>. Every client calls it every few minutes, so it is not an MVC action (docs/performance.md).</summary>
public static class RefreshEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps the endpoint, with the JSON settings of controllers.</summary>
        public void MapRefresh()
        {
            var json = app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions;
            var (refreshing, guesses) = (app.Services.GetRequiredService<RefreshTokenService>(), app.Services.GetRequiredService<TokenGuesses>());
            app.MapPost($"{ApiEndpointAttribute.Prefix}/auth/refresh", context => AnswerAsync(context, refreshing, guesses, json))
                .WithMetadata(new LimitByIpAttribute())
                .DescribeWithBody<RefreshRequest>(
                    "Tokens",
                    "New tokens for a refresh token, which is spent by it.",
                    "Refresh",
                    new AnswersWithAttribute<TokensResponse>(),
                    new RefusesAttribute(nameof(ApiErrors.TokenMalformed), nameof(ApiErrors.TokenInvalid), nameof(ApiErrors.TokenRevoked), nameof(ApiErrors.TokenExpired), nameof(ApiErrors.TokenReused)));
        }
    }

    private static async Task AnswerAsync(HttpContext context, RefreshTokenService refreshing, TokenGuesses guesses, JsonSerializerOptions json)
    {
        var (request, refusal) = await JsonBody.ReadAsync<RefreshRequest>(context, json);
        refusal ??= string.IsNullOrWhiteSpace(request!.RefreshToken) ? JsonBody.Missing(nameof(RefreshRequest.RefreshToken)) : null;
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var result = await refreshing.RefreshAsync(request!.RefreshToken, ClientInfo.FromRequest(context), context.RequestAborted);
        await (result is RefreshResult.Refreshed(var tokens)
            ? JsonAnswer.WriteAsync(context, TokensResponse.From(tokens), json)
            : new ApiProblem(Refusal(context, result, guesses)).WriteAsync(context));
    }

    private static ApiError Refusal(HttpContext context, RefreshResult result, TokenGuesses guesses) => result switch
    {
        RefreshResult.Malformed => guesses.Count(context, ApiErrors.TokenMalformed),
        RefreshResult.Elsewhere => ApiErrors.TokenInvalid,
        RefreshResult.Invalid => guesses.Count(context, ApiErrors.TokenInvalid),
        RefreshResult.Revoked => ApiErrors.TokenRevoked,
        RefreshResult.Expired => ApiErrors.TokenExpired,
        RefreshResult.Reused => ApiErrors.TokenReused,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>Body of <c>POST /auth/login</c>.</summary>
/// <param name="Email">The address.</param>
/// <param name="Password">The password.</param>
/// <param name="DeviceName">What the session is called in the list.</param>
/// <param name="DeviceToken">From the last sign-in: a client that sends it back has guesses of its own. One that is unknown is ignored.</param>
public sealed record LoginRequest(string Email, string Password, string? DeviceName, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => "LoginRequest(…)";
}

/// <summary>Body of <c>POST /auth/refresh</c>.</summary>
public sealed record RefreshRequest(string RefreshToken)
{
    /// <inheritdoc/>
    public override string ToString() => "RefreshRequest(…)";
}

/// <summary>The <em>tokens</em> of the API. Times are seconds. The refresh members are absent where no new refresh token is given, the session where there is none, and the device token but after a sign-in by the client itself. Refuses to print.</summary>
public sealed record TokensResponse(
    string AccessToken,
    string TokenType,
    int ExpiresIn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RefreshToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RefreshExpiresIn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? SessionId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeviceToken)
{
    /// <summary>Creates the response from issued tokens.</summary>
    public static TokensResponse From(IssuedTokens tokens) =>
        new(tokens.AccessToken, "Bearer", tokens.ExpiresIn, tokens.RefreshToken, tokens.RefreshExpiresIn, tokens.SessionId, tokens.DeviceToken);

    /// <inheritdoc/>
    public override string ToString() => $"TokensResponse({SessionId}, …)";
}
