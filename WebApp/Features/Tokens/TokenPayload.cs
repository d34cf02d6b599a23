namespace WebApp.Features.Tokens;

/// <summary>The claims of any kind of token as they are read. What is not in <see cref="Seen"/> was not there.</summary>
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

    /// <summary>Whether all of these claims were there.</summary>
    public readonly bool Has(TokenClaim claims) => (Seen & claims) == claims;
}
