namespace WebApp.Sessions;

/// <summary>Why a session was ended: the word kept in its row.</summary>
public static class EndReason
{
    /// <summary>Its user signed out.</summary>
    public const string SignedOut = "signed_out";

    /// <summary>The same browser signed in again.</summary>
    public const string Replaced = "replaced";

    /// <summary>Its user ended it from another session.</summary>
    public const string EndedByUser = "ended_by_user";

    /// <summary>Its user signed out everywhere.</summary>
    public const string SignedOutEverywhere = "signed_out_everywhere";

    /// <summary>The password was reset.</summary>
    public const string PasswordReset = "password_reset";

    /// <summary>A second factor was turned on, off or renewed in another session.</summary>
    public const string FactorChanged = "factor_changed";

    /// <summary>A spent refresh token came back.</summary>
    public const string RefreshTokenReused = "refresh_token_reused";
}
