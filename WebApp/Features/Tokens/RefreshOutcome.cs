using System.Net;

namespace WebApp.Features.Tokens;

/// <summary>What the refresh statement found.</summary>
/// <param name="Verdict">What may be done.</param>
/// <param name="Session">The session as it is now; null where there is none.</param>
/// <param name="UserAgent">With what it was opened.</param>
/// <param name="Ip">From where it was opened or last refreshed, before this.</param>
internal sealed record RefreshOutcome(RefreshVerdict Verdict, TokenSession? Session = null, string? UserAgent = null, IPAddress? Ip = null);

/// <summary>How the refresh statement checked a token.</summary>
public enum RefreshVerdict
{
    /// <summary>It was the good one, and has a successor now.</summary>
    Rotated,

    /// <summary>It was spent moments ago: its successor is given again.</summary>
    Repeated,

    /// <summary>Its session ended, or its user was closed or signed out everywhere.</summary>
    Revoked,

    /// <summary>Unused for too long, or the session's absolute limit has come.</summary>
    Expired,

    /// <summary>It was spent long ago.</summary>
    Reused,

    /// <summary>Another client sent it.</summary>
    OtherAgent,

    /// <summary>It came from another IP prefix.</summary>
    OtherPlace,
}

/// <summary>Reads the words that the refresh statement writes.</summary>
public static class RefreshVerdicts
{
    /// <summary>The verdict that a word of the statement stands for.</summary>
    /// <exception cref="InvalidOperationException">It is none of them: a fault of the program, which ends nobody's session.</exception>
    public static RefreshVerdict FromSql(string word) => word switch
    {
        "rotated" => RefreshVerdict.Rotated,
        "repeated" => RefreshVerdict.Repeated,
        "revoked" => RefreshVerdict.Revoked,
        "expired" => RefreshVerdict.Expired,
        "reused" => RefreshVerdict.Reused,
        "other_agent" => RefreshVerdict.OtherAgent,
        "other_place" => RefreshVerdict.OtherPlace,
        _ => throw new InvalidOperationException("The refresh statement gave a verdict that is not known here."),
    };
}
