namespace WebApp.Features.Tokens;

/// <summary>The claims we know, in the order they are written. <see cref="NotBefore"/> never is.</summary>
[Flags]
internal enum TokenClaim
{
    /// <summary>One we do not know.</summary>
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
