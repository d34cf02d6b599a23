using System.Text.Json;

namespace WebApp.Features.Tokens;

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
