using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Roles;
using WebApp.Features.SecondFactors;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>For other services: is this token good, and whose is it? (RFC 7662)</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class IntrospectionController(Introspection introspection, EnrolmentPolicy enrolment, IOptions<TokenOptions> options) : ControllerBase
{
    /// <summary>Answers for any kind of token; of one that is dead, expired, revoked or unknown it says so much and no more.</summary>
    [HttpPost("tokens/introspect"), RequirePermission(Permission.TokensIntrospect), TokenForm]
    [AnswersWith<IntrospectionResponse>]
    public async Task<IActionResult> Introspect(CancellationToken cancel)
    {
        var standing = await introspection.LookAsync(TokenFormAttribute.Of(HttpContext), cancel);
        return Ok(IntrospectionResponse.Of(standing is not null && await MustAddFactorAsync(standing, cancel) ? null : standing, options.Value));
    }

    // What opens nothing here but adding a second factor must open nothing elsewhere.
    private async ValueTask<bool> MustAddFactorAsync(TokenStanding token, CancellationToken cancel) =>
        token.User.Id != MasterAdministrator.Id
        && (token.Amr is { } amr ? enrolment.MustAdd(token.User, amr) : await enrolment.OwnerMustAddAsync(token.User, cancel));
}
