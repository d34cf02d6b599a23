namespace WebApp.Audit;

/// <summary>The words of the audit trail.</summary>
public static class SecurityEventKind
{
    /// <summary>An account was made.</summary>
    public const string Registered = "registered";

    /// <summary>The address was confirmed.</summary>
    public const string EmailConfirmed = "email_confirmed";

    /// <summary>A session was opened.</summary>
    public const string SignedIn = "signed_in";

    /// <summary>A sign-in was refused.</summary>
    public const string SignInFailed = "sign_in_failed";

    /// <summary>A session was ended by its user.</summary>
    public const string SessionEnded = "session_ended";

    /// <summary>Every session of the user was ended.</summary>
    public const string SignedOutEverywhere = "signed_out_everywhere";

    /// <summary>A reset link was asked for.</summary>
    public const string PasswordResetRequested = "password_reset_requested";

    /// <summary>A forgotten password was replaced.</summary>
    public const string PasswordReset = "password_reset";

    /// <summary>A spent refresh token came back.</summary>
    public const string RefreshTokenReused = "refresh_token_reused";
}
