namespace WebApp.Platform.Changes;

/// <summary>
/// The changes that the database notifies nodes of. Triggers send them in the transaction of the change, so they are sent for every writer,
/// also for an operator with psql. A payload is the topic, a space, and the value named here.
/// </summary>
public static class Topics
{
    /// <summary>The channel of all notifications.</summary>
    public const string Channel = "webapp_changes";

    /// <summary>A session was ended: its id.</summary>
    public const string SessionEnded = "session_ended";

    /// <summary>A session's key, ticket or authentication changed: its id.</summary>
    public const string SessionChanged = "session_changed";

    /// <summary>A user's row, roles or groups changed: the user's id and, unless only roles or groups did, the token version.</summary>
    public const string UserChanged = "user_changed";

    /// <summary>A role or its permissions changed: no value; any user may be affected.</summary>
    public const string RolesChanged = "roles_changed";

    /// <summary>An API token was revoked or deleted: its id.</summary>
    public const string ApiTokenEnded = "api_token_ended";

    /// <summary>An alert was raised: no value.</summary>
    public const string AlertRaised = "alert_raised";

    /// <summary>A message was added to the outbox: no value.</summary>
    public const string MailQueued = "mail_queued";

    /// <summary>Signing keys changed: no value.</summary>
    public const string SigningKeysChanged = "signing_keys_changed";

    /// <summary>Who may register was changed: no value.</summary>
    public const string RegistrationChanged = "registration_changed";
}
