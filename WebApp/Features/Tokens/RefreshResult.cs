namespace WebApp.Features.Tokens;

/// <summary>What became of a refresh.</summary>
public abstract record RefreshResult
{
    private RefreshResult()
    {
    }

    /// <summary>New tokens; or, within the grace period, the same successor again.</summary>
    public sealed record Refreshed(IssuedTokens Tokens) : RefreshResult;

    /// <summary>Not a refresh token of ours in form.</summary>
    public sealed record Malformed : RefreshResult;

    /// <summary>Signature, key or kind is wrong.</summary>
    public sealed record Invalid : RefreshResult;

    /// <summary>Its session ended, or its user was closed or signed out everywhere.</summary>
    public sealed record Revoked : RefreshResult;

    /// <summary>Good, but not here: <c>Tokens:Binding</c> is <c>Enforce</c> and the client's IP prefix is another. The session lives on where it was.</summary>
    public sealed record Elsewhere : RefreshResult;

    /// <summary>Unused for too long, or the session's absolute limit has come.</summary>
    public sealed record Expired : RefreshResult;

    /// <summary>It was spent long ago: somebody has a copy. The session is now revoked and its user told.</summary>
    public sealed record Reused : RefreshResult;
}
