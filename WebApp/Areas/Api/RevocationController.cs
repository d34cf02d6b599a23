using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;

namespace WebApp.Areas.Api;

/// <summary>Giving a token back (RFC 7009).</summary>
[ApiEndpoint]
public sealed class RevocationController(TokenRevocation revocation) : ControllerBase
{
    /// <summary>200 whether or not there was anything to end: either way the token opens nothing now.</summary>
    [HttpPost("tokens/revoke"), TokenForm]
    [Answers(StatusCodes.Status200OK), Refuses(nameof(ApiErrors.UnsupportedTokenType))]
    public async Task<IActionResult> Revoke(CancellationToken cancel) =>
        await revocation.RevokeAsync(TokenFormAttribute.ReadToken(HttpContext), ClientInfo.FromRequest(HttpContext), cancel)
            ? Ok()
            : new ApiProblem(ApiErrors.UnsupportedTokenType);
}
