using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WebApp.Platform.Users;

namespace WebApp.Features.Tokens;

/// <summary>
/// Writes and reads signed tokens: compact JWS, HS256, only this service's own claims, and no optional features of the standards. Results come in this
/// order: malformed, wrong signature, wrong issuer or audience or kind, then expired; the caller checks revocation before expiry.
/// </summary>
public sealed class TokenCodec(SigningKeyRing ring, IOptions<TokenOptions> options, TimeProvider time)
{
    private const TokenClaim AccessClaims = TokenClaim.Subject | TokenClaim.TokenId | TokenClaim.IssuedAt | TokenClaim.ExpiresAt
        | TokenClaim.AuthenticatedAt | TokenClaim.Amr | TokenClaim.Roles | TokenClaim.Scope | TokenClaim.Version;

    private const TokenClaim RefreshClaims = TokenClaim.Subject | TokenClaim.SessionId | TokenClaim.Sequence
        | TokenClaim.IssuedAt | TokenClaim.ExpiresAt;

    private readonly TokenParties parties = new(options.Value);
    private readonly TimeSpan skew = options.Value.ClockSkew;

    /// <summary>Creates an access token, signed with the key that is active at <see cref="AccessTokenClaims.IssuedAt"/>.</summary>
    public string WriteAccess(AccessTokenClaims claims)
    {
        var payload = PayloadWriter.Begin(parties, claims.Subject);
        if (claims.SessionId is { } session)
        {
            payload.Id(ClaimNames.SessionId, session);
        }

        payload.Id(ClaimNames.TokenId, claims.TokenId)
            .Time(ClaimNames.IssuedAt, claims.IssuedAt)
            .Time(ClaimNames.ExpiresAt, claims.ExpiresAt)
            .Time(ClaimNames.AuthenticatedAt, claims.AuthenticatedAt)
            .Texts(ClaimNames.Amr, claims.Amr)
            .Texts(ClaimNames.Roles, claims.Roles)
            .Text(ClaimNames.Scope, claims.Scope)
            .Count(ClaimNames.Version, claims.Version);
        return CompactJws.Write(ring.Current.KeyAt(claims.IssuedAt), TokenKind.Access, payload.End());
    }

    /// <summary>
    /// Creates a refresh token, signed with the key that is active at <see cref="RefreshTokenClaims.IssuedAt"/>. It depends only on the claims and the
    /// keys, so that all nodes give the same answer for the same rotation.
    /// </summary>
    public string WriteRefresh(RefreshTokenClaims claims)
    {
        var payload = PayloadWriter.Begin(parties, claims.Subject)
            .Id(ClaimNames.SessionId, claims.SessionId)
            .Count(ClaimNames.Sequence, claims.Sequence)
            .Time(ClaimNames.IssuedAt, claims.IssuedAt)
            .Time(ClaimNames.ExpiresAt, claims.ExpiresAt);
        return CompactJws.Write(ring.Current.KeyAt(claims.IssuedAt), TokenKind.Refresh, payload.End());
    }

    /// <summary>Reads a text as an access token. Never throws.</summary>
    public AccessTokenReading ReadAccess(ReadOnlySpan<char> token)
    {
        var now = time.GetUtcNow();
        return Read(token, TokenKind.Access, AccessClaims, now, out var payload) switch
        {
            JwsResult.Malformed => AccessTokenReading.Malformed.Instance,
            JwsResult.Invalid => AccessTokenReading.Invalid.Instance,
            JwsResult.UnknownKey => AccessTokenReading.Invalid.WithUnknownKey,
            _ => new AccessTokenReading.Read(
                new()
                {
                    Subject = payload.Subject,
                    SessionId = payload.Has(TokenClaim.SessionId) ? payload.SessionId : null,
                    TokenId = payload.TokenId,
                    IssuedAt = payload.IssuedAt,
                    ExpiresAt = payload.ExpiresAt,
                    AuthenticatedAt = payload.AuthenticatedAt,
                    Amr = payload.Amr,
                    Roles = payload.Roles,
                    Scope = payload.Scope,
                    Version = payload.Version,
                },
                IsExpired(payload, now)),
        };
    }

    /// <summary>Reads a text as a refresh token. Never throws.</summary>
    public RefreshTokenReading ReadRefresh(ReadOnlySpan<char> token)
    {
        var now = time.GetUtcNow();
        return Read(token, TokenKind.Refresh, RefreshClaims, now, out var payload) switch
        {
            JwsResult.Malformed => RefreshTokenReading.Malformed.Instance,
            JwsResult.Invalid => RefreshTokenReading.Invalid.Instance,
            JwsResult.UnknownKey => RefreshTokenReading.Invalid.WithUnknownKey,
            _ => new RefreshTokenReading.Read(
                new(payload.Subject, payload.SessionId, payload.Sequence, payload.IssuedAt, payload.ExpiresAt),
                IsExpired(payload, now)),
        };
    }

    [SkipLocalsInit]
    private JwsResult Read(ReadOnlySpan<char> token, TokenKind kind, TokenClaim required, DateTimeOffset now, out TokenPayload payload)
    {
        payload = default;
        Span<byte> json = stackalloc byte[CompactJws.MaxLength];
        var verdict = CompactJws.Open(token, kind, ring.Current, now, json, out var length);
        if (verdict != JwsResult.Verified)
        {
            return verdict;
        }

        if (!PayloadReader.TryRead(json[..length], parties, out payload) || !payload.Has(required) || LacksSession(payload))
        {
            return JwsResult.Malformed;
        }

        // A missing issuer or audience is a wrong one. An iat in the future is accepted: the signature is this service's own, and the clock of its node may
        // have been set back since. Such a token still ends by exp and by revocation, for which the database is queried (AccessTokenCheck).
        var ours = payload is { IssuerIsOurs: true, AudienceIsOurs: true };
        return ours && !IsEarly(payload, now) && !IsImpossible(payload, now) ? JwsResult.Verified : JwsResult.Invalid;
    }

    /// <summary>Only tokens of the master password have no session. Any other without one could not be revoked with it.</summary>
    private static bool LacksSession(in TokenPayload payload) => !payload.Has(TokenClaim.SessionId) && payload.Subject != MasterAdministrator.Id;

    /// <summary>RFC 7519, 4.1.5: not accepted before <c>nbf</c>, if present, with the allowed clock skew.</summary>
    private bool IsEarly(in TokenPayload payload, DateTimeOffset now) => payload.Has(TokenClaim.NotBefore) && payload.NotBefore - now > skew;

    /// <summary>No node issues a token that expires before it is issued.</summary>
    private bool IsImpossible(in TokenPayload payload, DateTimeOffset now) => payload.IssuedAt - now > skew && payload.IssuedAt > payload.ExpiresAt;

    /// <summary>RFC 7519, 4.1.4: not accepted on or after <c>exp</c>, with the allowed clock skew.</summary>
    private bool IsExpired(in TokenPayload payload, DateTimeOffset now) => now - payload.ExpiresAt >= skew;
}

/// <summary>The result of reading a token, before its claims are checked.</summary>
internal enum JwsResult
{
    /// <summary>Not three parts of canonical base64url with a JSON object as header.</summary>
    Malformed,

    /// <summary>A token, but not of this kind and service: header or signature is wrong, or the key has retired.</summary>
    Invalid,

    /// <summary>In this service's form, but with a key this node does not know.</summary>
    UnknownKey,

    /// <summary>Signed with a known key; the payload is unchanged.</summary>
    Verified,
}

/// <summary>The known claims, in the order they are written. <see cref="NotBefore"/> is never written.</summary>
[Flags]
internal enum TokenClaim
{
    /// <summary>An unknown claim.</summary>
    None = 0,

    Issuer = 1 << 0,
    Audience = 1 << 1,
    Subject = 1 << 2,
    SessionId = 1 << 3,
    TokenId = 1 << 4,
    Sequence = 1 << 5,
    IssuedAt = 1 << 6,
    ExpiresAt = 1 << 7,
    AuthenticatedAt = 1 << 8,
    Amr = 1 << 9,
    Roles = 1 << 10,
    Scope = 1 << 11,
    Version = 1 << 12,
    NotBefore = 1 << 13,
}

/// <summary>The claims of any kind of token as read. Claims that are not in <see cref="Seen"/> were absent.</summary>
internal struct TokenPayload
{
    public TokenClaim Seen;
    public bool IssuerIsOurs;
    public bool AudienceIsOurs;
    public Guid Subject;
    public Guid SessionId;
    public Guid TokenId;
    public int Sequence;
    public DateTimeOffset IssuedAt;
    public DateTimeOffset ExpiresAt;
    public DateTimeOffset NotBefore;
    public DateTimeOffset AuthenticatedAt;
    public string[] Amr;
    public string[] Roles;
    public string Scope;
    public int Version;

    /// <summary>Whether all of these claims were present.</summary>
    public readonly bool Has(TokenClaim claims) => (Seen & claims) == claims;
}

/// <summary>Issuer and audience, the same in every token of an installation, prepared for writing and comparing.</summary>
internal sealed class TokenParties(TokenOptions options)
{
    private readonly byte[] issuer = Encoding.UTF8.GetBytes(options.Issuer);
    private readonly byte[] audience = Encoding.UTF8.GetBytes(options.Audience);

    /// <summary>The encoded <c>iss</c>.</summary>
    public JsonEncodedText Issuer { get; } = JsonEncodedText.Encode(options.Issuer);

    /// <summary>The encoded <c>aud</c>.</summary>
    public JsonEncodedText Audience { get; } = JsonEncodedText.Encode(options.Audience);

    /// <summary>Whether the reader's value is the issuer.</summary>
    public bool IsIssuer(ref Utf8JsonReader json) => Is(ref json, issuer);

    /// <summary>Whether the reader's value is the audience. A list is refused: no other service accepts these tokens.</summary>
    public bool IsAudience(ref Utf8JsonReader json) => Is(ref json, audience);

    private static bool Is(ref Utf8JsonReader json, byte[] wanted)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return json.ValueTextEquals(wanted);
        }

        json.Skip();
        return false;
    }
}
