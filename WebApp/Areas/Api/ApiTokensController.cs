using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http.Client;

namespace WebApp.Areas.Api;

/// <summary>The caller's API tokens. Not for API tokens themselves.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class ApiTokensController(ApiTokens tokens) : ControllerBase
{
    /// <summary>Those that still work, newest first.</summary>
    [HttpGet("api-tokens")]
    public async Task<IEnumerable<ApiTokenResponse>> List(CancellationToken cancel) =>
        (await tokens.ListAsync(User.UserId, cancel)).Select(ApiTokenResponse.From);

    /// <summary>Makes one; 201 with its text.</summary>
    [HttpPost("api-tokens"), RecentAuthenticationRequired]
    [AnswersWith<ApiTokenResponse>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Create(CreateApiTokenRequest request, CancellationToken cancel) =>
        await tokens.CreateAsync(User.UserId, User.SessionId, request.Name, request.Scopes, request.ExpiresInDays, ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            ApiTokenResult.Created(var token, var text) => StatusCode(StatusCodes.Status201Created, ApiTokenResponse.From(token) with { Token = text }),
            ApiTokenResult.Invalid(var errors) => ApiProblem.Invalid(errors),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>Revokes one; 404 where the caller has no such live token.</summary>
    [HttpDelete("api-tokens/{id:guid}"), RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> Revoke(Guid id, CancellationToken cancel) =>
        await tokens.RevokeAsync(User.UserId, id, ClientInfo.FromRequest(HttpContext), cancel) ? NoContent() : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Revokes all.</summary>
    [HttpDelete("api-tokens"), RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> RevokeAll(CancellationToken cancel)
    {
        await tokens.RevokeAllAsync(User.UserId, ClientInfo.FromRequest(HttpContext), cancel);
        return NoContent();
    }
}

/// <summary>An API token in <c>GET /api-tokens</c>. Times are UTC. Refuses to print.</summary>
public sealed record ApiTokenResponse(
    Guid Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt)
{
    /// <summary>Its text, in the answer to its making and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }

    /// <summary>Creates the response from a row.</summary>
    public static ApiTokenResponse From(ApiToken token) => new(token.Id, token.Name, token.Scopes, token.CreatedAt, token.ExpiresAt, token.LastUsedAt);

    /// <inheritdoc/>
    public override string ToString() => $"ApiTokenResponse({Id})";
}

/// <summary>Body of <c>POST /api-tokens</c>.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Scopes">What it may do; left out: read the profile.</param>
/// <param name="ExpiresInDays">Days until it ends; left out: when it is revoked.</param>
public sealed record CreateApiTokenRequest(string Name, string[]? Scopes, int? ExpiresInDays);
