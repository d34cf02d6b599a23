using System.Text.Json;

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

/// <summary>What a refresh token says. The same claims always give the same token, byte for byte. Times are kept in whole seconds.</summary>
/// <param name="Subject"><c>sub</c>: the user.</param>
/// <param name="SessionId"><c>sid</c>: the session.</param>
/// <param name="Sequence"><c>seq</c>: its number in the session.</param>
/// <param name="IssuedAt"><c>iat</c> (UTC): the instant of the rotation. Decides the key.</param>
/// <param name="ExpiresAt"><c>exp</c> (UTC).</param>
public sealed record RefreshTokenClaims(Guid Subject, Guid SessionId, int Sequence, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>What a refresh token turned out to be. Whether it is the good one of its session is not known here.</summary>
public abstract record RefreshTokenReading
{
    private RefreshTokenReading()
    {
    }

    /// <summary>Not a token of ours in form.</summary>
    public sealed record Malformed : RefreshTokenReading
    {
        internal static readonly Malformed Instance = new();
    }

    /// <summary>Signature, key, issuer, audience or kind is wrong, or it comes from the future.</summary>
    /// <param name="UnknownKey">It names a key this node does not know: see <see cref="SigningKeys.LookForUnknownKeyAsync"/>.</param>
    public sealed record Invalid(bool UnknownKey) : RefreshTokenReading
    {
        internal static readonly Invalid Instance = new(false);
        internal static readonly Invalid WithUnknownKey = new(true);
    }

    /// <summary>Ours. Whether it was used before, the session knows.</summary>
    /// <param name="Claims">What it says.</param>
    /// <param name="Expired">Whether it ran out, skew allowed for.</param>
    public sealed record Read(RefreshTokenClaims Claims, bool Expired) : RefreshTokenReading;
}

/// <summary>The claims' names in JSON, ready encoded, in the order of <see cref="TokenClaim"/>.</summary>
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

    /// <summary>Never written; honoured where it is there.</summary>
    public static readonly JsonEncodedText NotBefore = JsonEncodedText.Encode("nbf");

    private static readonly JsonEncodedText[] InOrder =
        [Issuer, Audience, Subject, SessionId, TokenId, Sequence, IssuedAt, ExpiresAt, AuthenticatedAt, Amr, Roles, Scope, Version, NotBefore];

    /// <summary>
    /// Which claim the reader stands before. The search begins at <paramref name="next"/>, the one after the last found, so that
    /// members in the order we write them are found at once.
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
