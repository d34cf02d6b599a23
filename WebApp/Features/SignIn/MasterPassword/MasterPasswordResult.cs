using WebApp.Features.Tokens;

namespace WebApp.Features.SignIn.MasterPassword;

/// <summary>What showing the master password came to.</summary>
public abstract record MasterPasswordResult
{
    private MasterPasswordResult()
    {
    }

    /// <summary>It is right.</summary>
    public sealed record Admitted(IssuedTokens Tokens) : MasterPasswordResult;

    /// <summary>There is none.</summary>
    public sealed record Off : MasterPasswordResult;

    /// <summary>It is wrong.</summary>
    public sealed record Wrong : MasterPasswordResult;

    /// <summary>None is looked at before <paramref name="RetryAfter"/> is over.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : MasterPasswordResult;
}
