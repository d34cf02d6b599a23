namespace WebApp.Features.SignIn;

/// <summary>Whether a browser's session gives tokens.</summary>
public abstract record SessionTokensResult
{
    private SessionTokensResult()
    {
    }

    /// <summary>It does, for this user.</summary>
    public sealed record Found(SignInResult.Authenticated User) : SessionTokensResult;

    /// <summary>It does not.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Refused(string Reason) : SessionTokensResult;
}
