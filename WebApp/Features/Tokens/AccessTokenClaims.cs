using System.Text.Json;

namespace WebApp.Features.Tokens;

/// <summary>The claims of an access token (after RFC 9068). The codec adds issuer and audience. Times are in whole seconds.</summary>
public sealed record AccessTokenClaims
{
    /// <summary><c>sub</c>: the user.</summary>
    public required Guid Subject { get; init; }

    /// <summary><c>sid</c>: the session it belongs to; null for a token without one.</summary>
    public required Guid? SessionId { get; init; }

    /// <summary><c>jti</c>: a UUIDv7, unique to this token.</summary>
    public required Guid TokenId { get; init; }

    /// <summary><c>iat</c> (UTC). Determines the key.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c> (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>auth_time</c>: when the user last authenticated (UTC).</summary>
    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary><c>amr</c>: the methods of that authentication (RFC 8176 values).</summary>
    public required IReadOnlyList<string> Amr { get; init; }

    /// <summary><c>roles</c>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary><c>scope</c>: names separated by spaces; empty means all permissions of the user.</summary>
    public string Scope { get; init; } = "";

    /// <summary><c>ver</c>: the user's token version.</summary>
    public required int Version { get; init; }
}

/// <summary>The result of reading an access token. It does not say whether the token was revoked.</summary>
public abstract record AccessTokenReading
{
    private AccessTokenReading()
    {
    }

    /// <summary>Not in the form of a token of this service.</summary>
    public sealed record Malformed : AccessTokenReading
    {
        internal static readonly Malformed Instance = new();
    }

    /// <summary>Signature, key, issuer, audience or kind is wrong, or its dates are impossible.</summary>
    /// <param name="UnknownKey">Whether it names a key this node does not know: see <see cref="SigningKeys.LookForUnknownKeyAsync"/>.</param>
    public sealed record Invalid(bool UnknownKey) : AccessTokenReading
    {
        internal static readonly Invalid Instance = new(false);
        internal static readonly Invalid WithUnknownKey = new(true);
    }

    /// <summary>A token of this service. Check revocation before <paramref name="Expired"/>: "revoked" is reported first.</summary>
    /// <param name="Claims">The token's claims.</param>
    /// <param name="Expired">Whether it has expired, with the allowed clock skew.</param>
    public sealed record Read(AccessTokenClaims Claims, bool Expired) : AccessTokenReading;
}

/// <summary>The claims of a refresh token. The same claims always give the same token, byte for byte. Times are in whole seconds.</summary>
/// <param name="Subject"><c>sub</c>: the user.</param>
/// <param name="SessionId"><c>sid</c>: the session.</param>
/// <param name="Sequence"><c>seq</c>: its number in the session.</param>
/// <param name="IssuedAt"><c>iat</c> (UTC): the time of the rotation. Determines the key.</param>
/// <param name="ExpiresAt"><c>exp</c> (UTC).</param>
public sealed record RefreshTokenClaims(Guid Subject, Guid SessionId, int Sequence, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>The result of reading a refresh token. It does not say whether it is the current one of its session.</summary>
public abstract record RefreshTokenReading
{
    private RefreshTokenReading()
    {
    }

    /// <summary>Not in the form of a token of this service.</summary>
    public sealed record Malformed : RefreshTokenReading
    {
        internal static readonly Malformed Instance = new();
    }

    /// <summary>Signature, key, issuer, audience or kind is wrong, or its dates are impossible.</summary>
    /// <param name="UnknownKey">Whether it names a key this node does not know: see <see cref="SigningKeys.LookForUnknownKeyAsync"/>.</param>
    public sealed record Invalid(bool UnknownKey) : RefreshTokenReading
    {
        internal static readonly Invalid Instance = new(false);
        internal static readonly Invalid WithUnknownKey = new(true);
    }

    /// <summary>A token of this service. The session says whether it was used before.</summary>
    /// <param name="Claims">The token's claims.</param>
    /// <param name="Expired">Whether it has expired, with the allowed clock skew.</param>
    public sealed record Read(RefreshTokenClaims Claims, bool Expired) : RefreshTokenReading;
}

/// <summary>The claims' names in JSON, encoded in advance, in the order of <see cref="TokenClaim"/>.</summary>
internal static class ClaimNames
{
    public static readonly JsonEncodedText Issuer = JsonEncodedText.Encode("iss");
    public static readonly JsonEncodedText Audience = JsonEncodedText.Encode("aud");
    public static readonly JsonEncodedText Subject = JsonEncodedText.Encode("sub");
    public static readonly JsonEncodedText SessionId = JsonEncodedText.Encode("sid");
    public static readonly JsonEncodedText TokenId = JsonEncodedText.Encode("jti");
    public static readonly JsonEncodedText Sequence = JsonEncodedText.Encode("seq");
    public static readonly JsonEncodedText IssuedAt = JsonEncodedText.Encode("iat");
    public static readonly JsonEncodedText ExpiresAt = JsonEncodedText.Encode("exp");
    public static readonly JsonEncodedText AuthenticatedAt = JsonEncodedText.Encode("auth_time");
    public static readonly JsonEncodedText Amr = JsonEncodedText.Encode("amr");
    public static readonly JsonEncodedText Roles = JsonEncodedText.Encode("roles");
    public static readonly JsonEncodedText Scope = JsonEncodedText.Encode("scope");
    public static readonly JsonEncodedText Version = JsonEncodedText.Encode("ver");

    /// <summary>Never written, but checked if present.</summary>
    public static readonly JsonEncodedText NotBefore = JsonEncodedText.Encode("nbf");

    private static readonly JsonEncodedText[] InOrder =
        [Issuer, Audience, Subject, SessionId, TokenId, Sequence, IssuedAt, ExpiresAt, AuthenticatedAt, Amr, Roles, Scope, Version, NotBefore];

    /// <summary>
    /// Finds the claim that the reader is at. The search begins at <paramref name="next"/>, the one after the last found, so that members in the order of
    /// this service's own tokens are found at once.
    /// </summary>
    public static TokenClaim Find(ref Utf8JsonReader json, ref int next)
    {
        for (var i = 0; i < InOrder.Length; i++)
        {
            var at = (next + i) % InOrder.Length;
            if (json.ValueTextEquals(InOrder[at].EncodedUtf8Bytes))
            {
                next = at + 1;
                return (TokenClaim)(1 << at);
            }
        }

        return TokenClaim.None;
    }
}
