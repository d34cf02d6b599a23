namespace WebApp.Features.Sessions;

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

    /// <summary>The password was changed in another session.</summary>
    public const string PasswordChanged = "password_changed";

    /// <summary>The account moved to another address, or back.</summary>
    public const string EmailChanged = "email_changed";

    /// <summary>The owner said by a mailed link that something was not them.</summary>
    public const string ReportedNotMe = "reported_not_me";

    /// <summary>A role was taken away.</summary>
    public const string RolesChanged = "roles_changed";

    /// <summary>The owner asked for the account to be deleted.</summary>
    public const string DeletionRequested = "deletion_requested";

    /// <summary>An administrator locked the account.</summary>
    public const string AccountClosed = "account_closed";

    /// <summary>An administrator ended every session.</summary>
    public const string EndedByAdministrator = "ended_by_administrator";

    /// <summary>An administrator took the second factors away.</summary>
    public const string FactorsReset = "factors_reset";

    /// <summary>Another kind of client used it, where that is not allowed.</summary>
    public const string ClientChanged = "client_changed";

    /// <summary>Whoever held a token of it gave that back (RFC 7009).</summary>
    public const string TokenRevoked = "token_revoked";

    /// <summary>The proxy before us named somebody else.</summary>
    public const string ProxyUserChanged = "proxy_user_changed";

    /// <summary>Its user opened more sessions than <see cref="SessionOptions.MaxPerUser"/> allows, and this one was unused for the longest.</summary>
    public const string TooManySessions = "too_many_sessions";

    /// <summary>A spent refresh token came back.</summary>
    public const string RefreshTokenReused = "refresh_token_reused";
}
