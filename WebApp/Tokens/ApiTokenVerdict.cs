namespace WebApp.Tokens;

/// <summary>What an API token is worth now.</summary>
public abstract record ApiTokenVerdict
{
    private ApiTokenVerdict()
    {
    }

    /// <summary>Not one in form.</summary>
    public sealed record Malformed : ApiTokenVerdict;

    /// <summary>Never made here, or deleted with its account.</summary>
    public sealed record Unknown : ApiTokenVerdict;

    /// <summary>Revoked by its owner.</summary>
    public sealed record Revoked : ApiTokenVerdict;

    /// <summary>Its time is over.</summary>
    public sealed record Expired : ApiTokenVerdict;

    /// <summary>It is good.</summary>
    public sealed record Good(ApiTokenIdentity Token) : ApiTokenVerdict;
}
