using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

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
        var who = BearerIdentity.FromRequest(HttpContext);
        if (!request.HasDisplayName)
        {
            return Ok(MeResponse.From(who));
        }

        var error = await profile.RenameAsync(User.UserId, request.DisplayName, cancel);
        return error is null
            ? Ok(MeResponse.From(who with { User = who.User with { DisplayName = DisplayName.Clean(request.DisplayName) } }))
            : ApiProblem.Invalid([error]);
    }
}

/// <summary>How the caller of <c>GET /me</c> is authenticated. Times are UTC.</summary>
/// <param name="Kind"><c>access_token</c> or <c>api_token</c>.</param>
/// <param name="SessionId">The session the token derives from; null for an API token.</param>
/// <param name="Amr">RFC 8176 values.</param>
/// <param name="AuthenticatedAt">When the user last proved who they are; for an API token, when it was made.</param>
/// <param name="ExpiresAt">When the token runs out; null for an API token without end.</param>
public sealed record AuthenticationResponse(string Kind, Guid? SessionId, IReadOnlyList<string> Amr, DateTimeOffset AuthenticatedAt, DateTimeOffset? ExpiresAt);

/// <summary>The signed-in user: <c>GET /me</c>.</summary>
public sealed record MeResponse(
    Guid Id,
    string Email,
    bool EmailVerified,
    string? DisplayName,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Permissions,
    IReadOnlyList<GroupMembership> Groups,
    bool MfaEnabled,
    AuthenticationResponse Authentication)
{
    /// <summary>Creates the response from the caller.</summary>
    public static MeResponse From(BearerIdentity who) => new(
        who.User.Id,
        who.User.Email,
        who.User.EmailConfirmed,
        who.User.DisplayName,
        who.User.Roles,
        who.User.Permissions,
        who.User.Groups,
        who.User.TwoFactorEnabled,
        who.AccessToken is { } token
            ? new("access_token", token.SessionId, token.Amr, token.AuthenticatedAt, token.ExpiresAt)
            : new("api_token", null, [], who.ApiToken!.CreatedAt, who.ApiToken.ExpiresAt));
}

/// <summary>Body of <c>PATCH /me</c> and <c>PATCH /admin/users/{id}</c>. A member that is left out leaves its value as it is.</summary>
public sealed record UpdateMeRequest
{
    /// <summary>The new name; null or blank removes it.</summary>
    public string? DisplayName
    {
        get;
        init
        {
            field = value;
            HasDisplayName = true;
        }
    }

    /// <summary>Whether the body names <see cref="DisplayName"/>.</summary>
    [JsonIgnore]
    public bool HasDisplayName { get; private init; }
}

/// <summary>
/// <c>GET /me</c>: the caller, and how they are authenticated. It is the most frequent call, so it is not an MVC action, and its JSON is
/// written in one piece (docs/performance.md).
/// </summary>
public static class MeEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps the endpoint, with the same token check and JSON settings as controllers.</summary>
        public void MapMe()
        {
            var json = app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions;
            app.MapBearerGet($"/{ApiEndpointAttribute.Prefix}/me", ApiScope.ProfileRead, (context, caller) => JsonAnswer.WriteAsync(context, MeResponse.From(caller), json))
                .Describe("Me", "Who calls, and how they are authenticated.", "Get", new AnswersWithAttribute<MeResponse>());
        }
    }
}
