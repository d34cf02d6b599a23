namespace WebApp.Features.Tokens;

/// <summary>What an access token says (after RFC 9068). Issuer and audience are the codec's. Times are kept in whole seconds.</summary>
public sealed record AccessTokenClaims
{
    /// <summary><c>sub</c>: the user.</summary>
    public required Guid Subject { get; init; }

    /// <summary><c>sid</c>: the session it comes from; null for a token without one.</summary>
    public required Guid? SessionId { get; init; }

    /// <summary><c>jti</c>: a UUIDv7 of its own.</summary>
    public required Guid TokenId { get; init; }

    /// <summary><c>iat</c> (UTC). Decides the key.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c> (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>auth_time</c>: when the user last authenticated (UTC).</summary>
    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary><c>amr</c>: how (RFC 8176 values).</summary>
    public required IReadOnlyList<string> Amr { get; init; }

    /// <summary><c>roles</c>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary><c>scope</c>: names parted by spaces; empty is the user's own full reach.</summary>
    public string Scope { get; init; } = "";

    /// <summary><c>ver</c>: the user's token version.</summary>
    public required int Version { get; init; }
}

/// <summary>What an access token turned out to be. Whether it was revoked is not known here.</summary>
public abstract record AccessTokenReading
{
    private AccessTokenReading()
    {
    }

    /// <summary>Not a token of ours in form.</summary>
    public sealed record Malformed : AccessTokenReading
    {
        internal static readonly Malformed Instance = new();
    }

    /// <summary>Signature, key, issuer, audience or kind is wrong, or it comes from the future.</summary>
    /// <param name="UnknownKey">It names a key this node does not know: see <see cref="SigningKeys.LookForUnknownKeyAsync"/>.</param>
    public sealed record Invalid(bool UnknownKey) : AccessTokenReading
    {
        internal static readonly Invalid Instance = new(false);
        internal static readonly Invalid WithUnknownKey = new(true);
    }

    /// <summary>Ours. Ask for revocation before looking at <paramref name="Expired"/>: "revoked" is reported first.</summary>
    /// <param name="Claims">What it says.</param>
    /// <param name="Expired">Whether it ran out, skew allowed for.</param>
    public sealed record Read(AccessTokenClaims Claims, bool Expired) : AccessTokenReading;
}
