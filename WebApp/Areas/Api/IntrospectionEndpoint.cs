using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.SecondFactors;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>
/// <c>POST /tokens/introspect</c>, for other services: is this token good, and whose is it? (RFC 7662) Services ask for every request of theirs, so it is
/// not an MVC action (docs/performance.md).
/// </summary>
public static class IntrospectionEndpoint
{
    extension(WebApplication app)
    {
        /// <summary>Maps the endpoint, with the same token check and JSON settings as controllers.</summary>
        public void MapIntrospection()
        {
            var json = app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions;
            var (introspection, enrolment) = (app.Services.GetRequiredService<Introspection>(), app.Services.GetRequiredService<EnrolmentPolicy>());
            var options = app.Services.GetRequiredService<IOptions<TokenOptions>>().Value;
            app.MapBearerPost($"{ApiEndpointAttribute.Prefix}/tokens/introspect", Permission.TokensIntrospect, context => AnswerAsync(context, introspection, enrolment, options, json))
                .WithMetadata(new TokenFormAttribute())
                .Describe(
                    "Introspection",
                    "Answers for any kind of token; of one that is dead, expired, revoked or unknown it says so much and no more. A service account with `tokens.introspect` may send its client id and secret by `Authorization: Basic` instead of a token.",
                    "Introspect",
                    new AnswersWithAttribute<IntrospectionResponse>());
        }
    }

    private static async Task AnswerAsync(HttpContext context, Introspection introspection, EnrolmentPolicy enrolment, TokenOptions options, JsonSerializerOptions json)
    {
        var (token, refusal) = await TokenFormAttribute.ReadAsync(context);
        if (token is null)
        {
            await refusal!.WriteAsync(context);
            return;
        }

        var standing = await introspection.LookAsync(token, context.RequestAborted);
        var active = standing is not null && !await MustAddFactorAsync(standing, enrolment, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, IntrospectionResponse.From(active ? standing : null, options), json);
    }

    // A token that only allows adding a second factor here must not be active for other services.
    private static async ValueTask<bool> MustAddFactorAsync(TokenStanding token, EnrolmentPolicy enrolment, CancellationToken cancel) =>
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
