using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Applications;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;

namespace WebApp.Areas.Api;

/// <summary>What the caller has allowed applications to see.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class ConsentsController(ApplicationConsents consents) : ControllerBase
{
    /// <summary>The applications that the caller has entered, by name.</summary>
    [HttpGet("consents")]
    public async Task<IEnumerable<ConsentResponse>> List(CancellationToken cancel) => (await consents.ListAsync(User.UserId, cancel)).Select(ConsentResponse.From);

    /// <summary>Takes back what one application may see (<paramref name="clientId"/>), or all; what they have is refused from then on.</summary>
    [HttpDelete("consents")]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> Withdraw([FromQuery(Name = "client_id")] string? clientId, CancellationToken cancel) =>
        await consents.WithdrawAsync(User.UserId, clientId, User.SessionId, ClientInfo.FromRequest(HttpContext), cancel) || clientId is null
            ? NoContent()
            : new ApiProblem(ApiErrors.NotFound);
}

/// <summary>An application in <c>GET /consents</c>. Times are UTC.</summary>
/// <param name="ClientId">Its id.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Scopes">What the caller has allowed it to see.</param>
/// <param name="Trusted">Whether an administrator has allowed it for everybody.</param>
/// <param name="GrantedAt">When the caller last allowed it, or entered it.</param>
public sealed record ConsentResponse(string ClientId, string Name, IReadOnlyList<string> Scopes, bool Trusted, DateTimeOffset GrantedAt)
{
    /// <summary>Creates the response from a consent.</summary>
    public static ConsentResponse From(ConsentView view) => new(view.ClientId, view.Name, view.Scopes, view.Trusted, view.GrantedAt);
}
