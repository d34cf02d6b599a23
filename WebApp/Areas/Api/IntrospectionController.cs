using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Data.Users;
using WebApp.Roles;
using WebApp.Tokens;

namespace WebApp.Areas.Api;

/// <summary>For other services: is this token good, and whose is it? (RFC 7662)</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class IntrospectionController(Introspection introspection, IOptions<TokenOptions> options) : ControllerBase
{
    /// <summary>Answers for any kind of token; of one that is dead, expired, revoked or unknown it says so much and no more.</summary>
    [HttpPost("tokens/introspect"), RequirePermission(Permission.TokensIntrospect), TokenForm]
    [AnswersWith<IntrospectionResponse>]
    public async Task<IActionResult> Introspect(CancellationToken cancel) =>
        Ok(IntrospectionResponse.Of(await introspection.LookAsync(TokenFormAttribute.Of(HttpContext), cancel), options.Value));
}
