using WebApp.Platform.Users;

namespace WebApp.Features.Tokens;

/// <summary>A token that is good now, of whichever kind.</summary>
/// <param name="User">Whose, as of now.</param>
/// <param name="Type"><see cref="Bearer"/> or <see cref="Refresh"/>.</param>
/// <param name="TokenId">Its own id; null for a refresh token, which is a number of its session.</param>
/// <param name="IssuedAt">When it was made (UTC).</param>
/// <param name="ExpiresAt">When it runs out (UTC); null: when it is revoked.</param>
public sealed record TokenStanding(UserSnapshot User, string Type, Guid? TokenId, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>It opens the API: an access token or an API token (RFC 6750).</summary>
    public const string Bearer = "Bearer";

    /// <summary>It gets new tokens and opens nothing by itself. A service must not let anybody in who shows one.</summary>
    public const string Refresh = "refresh_token";

    /// <summary>The session it derives from; null for an API token.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>When the user last authenticated (UTC); null for an API token.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>How (RFC 8176 values); null for an API token.</summary>
    public IReadOnlyList<string>? Amr { get; init; }

    /// <summary>Scopes parted by spaces; empty is the user's own full reach.</summary>
    public string Scope { get; init; } = "";
}
