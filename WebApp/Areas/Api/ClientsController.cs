using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Tokens;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Applications;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>The applications that people sign in to with their accounts (OpenID Connect clients).</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.ClientsWrite)]
public sealed class ClientsController(ApplicationDirectory applications) : ControllerBase
{
    private RoleActor Actor => new(User.UserId, User.SessionId, BearerIdentity.FromRequest(HttpContext).ApiToken?.Scopes);

    /// <summary>All of them, by name.</summary>
    [HttpGet("admin/clients")]
    public async Task<IEnumerable<ClientResponse>> List(CancellationToken cancel) => (await applications.ListAsync(cancel)).Select(view => ClientResponse.From(view));

    /// <summary>Makes one; 201. A confidential one gets its first secret, which is shown only here.</summary>
    [HttpPost("admin/clients"), RecentAuthenticationRequired]
    [AnswersWith<ClientResponse>(StatusCodes.Status201Created), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Create(ClientRequest request, CancellationToken cancel) =>
        Answer(await applications.CreateAsync(Actor, request.ClientId, request.Settings(), ClientInfo.FromRequest(HttpContext), cancel), StatusCodes.Status201Created);

    /// <summary>One of them.</summary>
    [HttpGet("admin/clients/{clientId}")]
    [AnswersWith<ClientResponse>]
    public async Task<IActionResult> Find(string clientId, CancellationToken cancel) =>
        await applications.FindAsync(clientId, cancel) is { } view ? Ok(ClientResponse.From(view)) : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Gives one exactly these settings; what is left out is reset. <c>client_id</c> is ignored.</summary>
    [HttpPut("admin/clients/{clientId}"), RecentAuthenticationRequired]
    [AnswersWith<ClientResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Update(string clientId, ClientRequest request, CancellationToken cancel) =>
        Answer(await applications.UpdateAsync(Actor, clientId, request.Settings(), ClientInfo.FromRequest(HttpContext), cancel));

    /// <summary>Gives one a new secret, shown only here. The one before stays good, so that it can be replaced without a pause; older ones do not.</summary>
    [HttpPost("admin/clients/{clientId}/secret"), RecentAuthenticationRequired]
    [AnswersWith<ClientResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> RenewSecret(string clientId, CancellationToken cancel) =>
        Answer(await applications.RenewSecretAsync(Actor, clientId, dropOlder: false, ClientInfo.FromRequest(HttpContext), cancel));

    /// <summary>Deletes one; what it has is refused from then on.</summary>
    [HttpDelete("admin/clients/{clientId}"), RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Delete(string clientId, CancellationToken cancel) =>
        Answer(await applications.DeleteAsync(Actor, clientId, ClientInfo.FromRequest(HttpContext), cancel));

    private static IActionResult Answer(ApplicationResult result, int success = StatusCodes.Status200OK) => result switch
    {
        ApplicationResult.Saved(var view, var secret) => new ObjectResult(ClientResponse.From(view, secret)) { StatusCode = success },
        ApplicationResult.Deleted => new NoContentResult(),
        ApplicationResult.Invalid(var errors) => ApiProblem.Invalid(errors),
        ApplicationResult.NotFound => new ApiProblem(ApiErrors.NotFound),
        ApplicationResult.Forbidden(var reason) => new ApiProblem(ApiErrors.Forbidden, reason),
        ApplicationResult.Conflict(var reason) => new ApiProblem(ApiErrors.Conflict, reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>Body of <c>POST /admin/clients</c> and <c>PUT /admin/clients/{client_id}</c>.</summary>
/// <param name="Name">What it is called on the consent page.</param>
/// <param name="ClientId">Its id; left out: a random one.</param>
/// <param name="Public">Whether it cannot keep a secret.</param>
/// <param name="Trusted">Whether users are not asked.</param>
/// <param name="Service">Whether it gets tokens of its own too (client credentials).</param>
/// <param name="RedirectUris">Where codes may go; compared exactly.</param>
/// <param name="PostLogoutRedirectUris">Where browsers may go after signing out; compared exactly.</param>
/// <param name="Scopes">What it may ask for: <c>profile</c>, <c>email</c>, <c>roles</c>, <c>groups</c>; left out: all.</param>
/// <param name="AllowedRoles">The roles of which a user needs one.</param>
/// <param name="AllowedGroups">The groups of which a user needs to be in one.</param>
/// <param name="Permissions">What the service account may do: <c>tokens.introspect</c>.</param>
/// <param name="BackchannelLogoutUri">Where logout tokens are sent.</param>
/// <param name="LogoUri">The address of its picture elsewhere, for programs that read it here; no page shows it.</param>
/// <param name="IdTokenSignedResponseAlg">What signs its identity and logout tokens: <c>ES256</c>, or <c>RS256</c> for applications that do not know it; left out: ES256.</param>
public sealed record ClientRequest(
    string Name, string? ClientId, bool? Public, bool? Trusted, bool? Service, string[]? RedirectUris, string[]? PostLogoutRedirectUris, string[]? Scopes, string[]? AllowedRoles,
    Guid[]? AllowedGroups, string[]? Permissions, string? BackchannelLogoutUri, string? LogoUri, string? IdTokenSignedResponseAlg = null)
{
    /// <summary>The settings.</summary>
    internal ApplicationSettings Settings() => new(Name, Public ?? false, Trusted ?? false)
    {
        IsService = Service ?? false,
        RedirectUris = RedirectUris ?? [],
        PostLogoutRedirectUris = PostLogoutRedirectUris ?? [],
        Scopes = Scopes ?? ApplicationSettings.KnownScopes,
        AllowedRoles = AllowedRoles ?? [],
        AllowedGroups = AllowedGroups ?? [],
        Permissions = Permissions ?? [],
        BackchannelLogoutUri = BackchannelLogoutUri,
        LogoUri = LogoUri,
        IdTokenAlgorithm = IdTokenSignedResponseAlg ?? SecurityAlgorithms.EcdsaSha256,
    };
}

/// <summary>An application. Times are UTC.</summary>
/// <param name="ClientId">Its id.</param>
/// <param name="ClientSecret">Its new secret, shown only once; null in all other answers.</param>
/// <param name="Secrets">How many secrets are good: at most two.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Public">Whether it cannot keep a secret.</param>
/// <param name="Trusted">Whether users are not asked.</param>
/// <param name="Service">Whether it gets tokens of its own too.</param>
/// <param name="Configured">Whether the configuration sets it, so that it cannot be changed here.</param>
/// <param name="RedirectUris">Where codes may go.</param>
/// <param name="PostLogoutRedirectUris">Where browsers may go after signing out.</param>
/// <param name="Scopes">What it may ask for.</param>
/// <param name="AllowedRoles">The roles of which a user needs one.</param>
/// <param name="AllowedGroups">The groups of which a user needs to be in one.</param>
/// <param name="Permissions">What the service account may do.</param>
/// <param name="BackchannelLogoutUri">Where logout tokens are sent.</param>
/// <param name="LogoUri">The address of its picture elsewhere, for programs that read it here; no page shows it.</param>
/// <param name="IdTokenSignedResponseAlg">What signs its identity and logout tokens.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record ClientResponse(
    string ClientId, string? ClientSecret, int Secrets, string Name, bool Public, bool Trusted, bool Service, bool Configured, IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> PostLogoutRedirectUris, IReadOnlyList<string> Scopes, IReadOnlyList<string> AllowedRoles, IReadOnlyList<Guid> AllowedGroups, IReadOnlyList<string> Permissions,
    string? BackchannelLogoutUri, string? LogoUri, string IdTokenSignedResponseAlg, DateTimeOffset CreatedAt)
{
    /// <summary>Creates the response from a client.</summary>
    public static ClientResponse From(ApplicationView view, string? secret = null)
    {
        var settings = view.Settings;
        return new(
            view.ClientId, secret, view.Secrets, settings.Name!, settings.IsPublic, settings.IsTrusted, settings.IsService, view.Configured, settings.RedirectUris,
            settings.PostLogoutRedirectUris, settings.Scopes, settings.AllowedRoles, settings.AllowedGroups, settings.Permissions, settings.BackchannelLogoutUri, settings.LogoUri, settings.IdTokenAlgorithm, view.CreatedAt);
    }

    /// <summary>Hides the secret.</summary>
    public override string ToString() => $"ClientResponse({ClientId})";
}
