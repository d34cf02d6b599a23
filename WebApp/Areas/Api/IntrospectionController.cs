using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Areas.Api.Bearer;
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
        var standing = await introspection.LookAsync(TokenFormAttribute.ReadToken(HttpContext), cancel);
        return Ok(IntrospectionResponse.From(standing is not null && await MustAddFactorAsync(standing, cancel) ? null : standing, options.Value));
    }

    // A token that only allows adding a second factor here must not be active for other services.
    private async ValueTask<bool> MustAddFactorAsync(TokenStanding token, CancellationToken cancel) =>
        token.User.Id != MasterAdministrator.Id
        && (token.Amr is { } amr ? enrolment.MustAdd(token.User, amr) : await enrolment.OwnerMustAddAsync(token.User, cancel));
}

/// <summary>What a token is worth (RFC 7662 2.2). Times are seconds since 1970. Members that do not apply are absent.</summary>
public sealed record IntrospectionResponse(bool Active)
{
    private static readonly IntrospectionResponse Dead = new(false);

    /// <summary>The user's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Sub { get; init; }

    /// <summary>The user's address: for people, and not for ever.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Username { get; init; }

    /// <summary><c>Bearer</c>, or <c>refresh_token</c>, with which nobody must be let in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TokenType { get; init; }

    /// <summary>Scopes parted by spaces; absent where the token has the user's own full reach.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Scope { get; init; }

    /// <summary>The user's roles now, not those of the time when the token was made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>When it was made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Iat { get; init; }

    /// <summary>When it runs out; absent where it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Exp { get; init; }

    /// <summary>Who made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Iss { get; init; }

    /// <summary>Whom it is for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Aud { get; init; }

    /// <summary>The token's own id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Jti { get; init; }

    /// <summary>Its session.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Sid { get; init; }

    /// <summary>When the user last authenticated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AuthTime { get; init; }

    /// <summary>How (RFC 8176 values).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Amr { get; init; }

    /// <summary>Creates the response from a token's state; without one, it only says that the token is not active.</summary>
    public static IntrospectionResponse From(TokenStanding? token, TokenOptions options) => token is null ? Dead : new(true)
    {
        Sub = token.User.Id,
        Username = token.User.Email,
        TokenType = token.Type,
        Scope = token.Scope.Length > 0 ? token.Scope : null,
        Roles = token.User.Roles,
        Iat = token.IssuedAt.ToUnixTimeSeconds(),
        Exp = token.ExpiresAt?.ToUnixTimeSeconds(),
        Iss = options.Issuer,
        Aud = options.Audience,
        Jti = token.TokenId,
        Sid = token.SessionId,
        AuthTime = token.AuthenticatedAt?.ToUnixTimeSeconds(),
        Amr = token.Amr,
    };
}
