namespace WebApp.Tokens;

/// <summary>What an access token is worth now. The order of the cases is the order in which they are judged.</summary>
public abstract record AccessTokenVerdict
{
    private AccessTokenVerdict()
    {
    }

    /// <summary>Not a token of ours in form.</summary>
    public sealed record Malformed : AccessTokenVerdict;

    /// <summary>Signature, key, issuer, audience or kind is wrong.</summary>
    public sealed record Invalid : AccessTokenVerdict;

    /// <summary>Its session ended or its user's seed was raised.</summary>
    public sealed record Revoked : AccessTokenVerdict;

    /// <summary>It was good and ran out.</summary>
    public sealed record Expired : AccessTokenVerdict;

    /// <summary>It is good.</summary>
    public sealed record Good(AccessTokenClaims Claims) : AccessTokenVerdict;
}
