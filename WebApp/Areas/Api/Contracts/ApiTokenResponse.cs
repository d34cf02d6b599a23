using System.Text.Json.Serialization;
using WebApp.Features.Tokens;

namespace WebApp.Areas.Api.Contracts;

/// <summary>An API token in <c>GET /api-tokens</c>. Times are UTC. Refuses to print.</summary>
public sealed record ApiTokenResponse(
    Guid Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt)
{
    /// <summary>Its text, in the answer to its making and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }

    /// <summary>A row as it goes over the wire.</summary>
    public static ApiTokenResponse Of(ApiToken token) => new(token.Id, token.Name, token.Scopes, token.CreatedAt, token.ExpiresAt, token.LastUsedAt);

    /// <inheritdoc/>
    public override string ToString() => $"ApiTokenResponse({Id})";
}
