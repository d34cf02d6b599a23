namespace WebApp.Features.Groups;

/// <summary>Which invitation somebody answers.</summary>
public abstract record InvitationProof
{
    private InvitationProof()
    {
    }

    /// <summary>The one whose link they followed.</summary>
    public sealed record ByToken(string Token) : InvitationProof
    {
        /// <summary>Refuses to print.</summary>
        public override string ToString() => "ByToken(…)";
    }

    /// <summary>The one whose code they typed.</summary>
    public sealed record ByCode(string Code) : InvitationProof
    {
        /// <summary>Refuses to print.</summary>
        public override string ToString() => "ByCode(…)";
    }

    /// <summary>The one that their list shows: their confirmed address is proof enough.</summary>
    public sealed record ById(Guid Id) : InvitationProof;
}
