using Microsoft.AspNetCore.Mvc;
using WebApp.Accounts;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Sessions;

namespace WebApp.Areas.Api;

/// <summary>The signed-in user.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class MeController : ControllerBase
{
    /// <summary>Who calls, and how they are authenticated.</summary>
    [HttpGet("me")]
    public MeResult Me() => new(BearerIdentity.Of(HttpContext));

    /// <summary>Changes the display name; answers like <c>GET /me</c>.</summary>
    [HttpPatch("me")]
    public async Task<IActionResult> Update(UpdateMeRequest request, [FromServices] Profile profile, CancellationToken cancel)
    {
        var error = await profile.RenameAsync(User.UserId, request.DisplayName, cancel);
        var who = BearerIdentity.Of(HttpContext);
        return error is null
            ? Ok(MeResponse.Of(who with { User = who.User with { DisplayName = DisplayName.Clean(request.DisplayName) } }))
            : ApiProblem.Invalid([error]);
    }
}
