using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Applications;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>What signs tokens.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.KeysWrite)]
public sealed class SigningKeysController(SigningKeyOversight keys, ApplicationKeys applications) : ControllerBase
{
    /// <summary>Announces the next key, and the next pair for the tokens of applications; 409 where the keys are the configuration's.</summary>
    [HttpPost("admin/signing-keys/rotate"), RecentAuthenticationRequired]
    [AnswersWith<SigningKeyResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Rotate(CancellationToken cancel)
    {
        if (await keys.RotateAsync(User.UserId, BearerIdentity.FromRequest(HttpContext).AccessToken?.SessionId, ClientInfo.FromRequest(HttpContext), cancel) is not { } next)
        {
            return new ApiProblem(ApiErrors.Conflict, "The signing keys are the configuration's: change them there.");
        }

        await applications.MaintainAsync(cancel, rotate: true);
        return Ok(new SigningKeyResponse(next.Id, next.ActivatesAt));
    }
}

/// <summary>The next signing key: its <c>kid</c>, and when it begins to sign (UTC).</summary>
public sealed record SigningKeyResponse(string Id, DateTimeOffset ActivatesAt);
