using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;

namespace WebApp.Areas.Api;

/// <summary>The signed-in user; <see cref="MeEndpoint"/> tells who that is.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class MeController(Profile profile) : ControllerBase
{
    /// <summary>Changes the display name where the body names it; answers like <c>GET /me</c>.</summary>
    [HttpPatch("me"), ApiTokenScope(ApiScope.ProfileWrite)]
    [AnswersWith<MeResponse>]
    public async Task<IActionResult> Update(UpdateMeRequest request, CancellationToken cancel)
    {
        var who = BearerIdentity.Of(HttpContext);
        if (!request.HasDisplayName)
        {
            return Ok(MeResponse.Of(who));
        }

        var error = await profile.RenameAsync(User.UserId, request.DisplayName, cancel);
        return error is null
            ? Ok(MeResponse.Of(who with { User = who.User with { DisplayName = DisplayName.Clean(request.DisplayName) } }))
            : ApiProblem.Invalid([error]);
    }
}
