namespace WebApp.Features.Verification;

/// <summary>How someone shows that a mail reached them: by its link or by its code.</summary>
public abstract record SecretProof
{
    private SecretProof()
    {
    }

    /// <summary>The token of a mailed link.</summary>
    public sealed record ByToken(string Token) : SecretProof
    {
        /// <summary>Refuses to print.</summary>
        public override string ToString() => "ByToken(…)";
    }

    /// <summary>The address and the code typed from its mail.</summary>
    public sealed record ByCode(string Email, string Code) : SecretProof
    {
        /// <summary>Refuses to print.</summary>
        public override string ToString() => "ByCode(…)";
    }
}
