namespace WebApp.Features.Audit;

/// <summary>The words of the audit trail.</summary>
public static class SecurityEventKind
{
    /// <summary>All of them, sorted.</summary>
    public static IReadOnlyList<string> All { get; } = [.. typeof(SecurityEventKind).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)];

    /// <summary>An account was made.</summary>
    public const string Registered = "registered";

    /// <summary>An account was made from another system's list.</summary>
    public const string Imported = "imported";

    /// <summary>An import came to its end. The detail says which file, by its digest, and how many.</summary>
    public const string UsersImported = "users_imported";

    /// <summary>An account was made administrator by whoever has the machine: by the setup code or the command line.</summary>
    public const string AdministratorMade = "administrator_made";

    /// <summary>A wrong setup code was tried.</summary>
    public const string SetupFailed = "setup_failed";

    /// <summary>The address was confirmed.</summary>
    public const string EmailConfirmed = "email_confirmed";

    /// <summary>A mailbox's owner said of a registration with their address that it was not theirs. It is void.</summary>
    public const string RegistrationDeclined = "registration_declined";

    /// <summary>A session was opened.</summary>
    public const string SignedIn = "signed_in";

    /// <summary>The password of an account was right, and its second factor is awaited.</summary>
    public const string SecondFactorAwaited = "second_factor_awaited";

    /// <summary>A sign-in was refused.</summary>
    public const string SignInFailed = "sign_in_failed";

    /// <summary>Too many wrong passwords: for a while none is looked at.</summary>
    public const string AccountLocked = "account_locked";

    /// <summary>A hundred wrong passwords in a row: from unknown devices the password alone opens the account no more.</summary>
    public const string PasswordSuspended = "password_suspended";

    /// <summary>The master password was used.</summary>
    public const string MasterPasswordUsed = "master_password_used";

    /// <summary>A wrong master password was refused.</summary>
    public const string MasterPasswordFailed = "master_password_failed";

    /// <summary>Too many wrong master passwords: for a while none is looked at.</summary>
    public const string MasterPasswordLocked = "master_password_locked";

    /// <summary>A session was ended by its user.</summary>
    public const string SessionEnded = "session_ended";

    /// <summary>Every session of the user was ended.</summary>
    public const string SignedOutEverywhere = "signed_out_everywhere";

    /// <summary>A reset link was asked for.</summary>
    public const string PasswordResetRequested = "password_reset_requested";

    /// <summary>A forgotten password was replaced.</summary>
    public const string PasswordReset = "password_reset";

    /// <summary>A second-factor code was refused.</summary>
    public const string SecondFactorFailed = "second_factor_failed";

    /// <summary>Too many wrong codes after a right password: for a while none is looked at.</summary>
    public const string SecondFactorLocked = "second_factor_locked";

    /// <summary>A hundred wrong codes in a row: from unknown devices none is looked at any more.</summary>
    public const string SecondFactorSuspended = "second_factor_suspended";

    /// <summary>A second factor was turned on, off or renewed.</summary>
    public const string FactorChanged = "factor_changed";

    /// <summary>A recovery code was used.</summary>
    public const string RecoveryCodeUsed = "recovery_code_used";

    /// <summary>A passkey was added, renamed or removed.</summary>
    public const string PasskeyChanged = "passkey_changed";

    /// <summary>A signed-in user proved again who they are.</summary>
    public const string Reauthenticated = "reauthenticated";

    /// <summary>A signed-in user gave a wrong password where it was asked for again.</summary>
    public const string ReauthenticationFailed = "reauthentication_failed";

    /// <summary>Too many wrong passwords or codes of a signed-in user who was asked again: for a while none is looked at.</summary>
    public const string ReauthenticationLocked = "reauthentication_locked";

    /// <summary>A mailed link or code was refused: unknown, used or too old. The detail says what it was for.</summary>
    public const string MailProofFailed = "mail_proof_failed";

    /// <summary>The password was changed by its owner.</summary>
    public const string PasswordChanged = "password_changed";

    /// <summary>Another address was asked for.</summary>
    public const string EmailChangeRequested = "email_change_requested";

    /// <summary>The address was changed.</summary>
    public const string EmailChanged = "email_changed";

    /// <summary>A change of address was undone from the old mailbox.</summary>
    public const string EmailChangeUndone = "email_change_undone";

    /// <summary>The owner said by a mailed link that it was not them.</summary>
    public const string ReportedNotMe = "reported_not_me";

    /// <summary>An API token was made.</summary>
    public const string ApiTokenCreated = "api_token_created";

    /// <summary>An API token was revoked.</summary>
    public const string ApiTokenRevoked = "api_token_revoked";

    /// <summary>A device was trusted to skip the second factor.</summary>
    public const string DeviceTrusted = "device_trusted";

    /// <summary>A known device was forgotten.</summary>
    public const string DeviceForgotten = "device_forgotten";

    /// <summary>The owner took a copy of their data.</summary>
    public const string DataExported = "data_exported";

    /// <summary>The user took security events out of the console. The detail says which.</summary>
    public const string EventsExported = "events_exported";

    /// <summary>The user had the whole audit trail verified, and all was well.</summary>
    public const string AuditVerified = "audit_verified";

    /// <summary>The user had the whole audit trail verified, and it was not as the application left it.</summary>
    public const string AuditVerificationFailed = "audit_verification_failed";

    /// <summary>The audit trail's chain was damaged, and a new one begins with this event. The detail says why, and who began it.</summary>
    public const string AuditChainBegun = "audit_chain_begun";

    /// <summary>The next signing key was asked for, in the console or by command.</summary>
    public const string SigningKeyRotated = "signing_key_rotated";

    /// <summary>The user had mail that was not sent tried again.</summary>
    public const string MailRetried = "mail_retried";

    /// <summary>The owner asked for the account to be deleted.</summary>
    public const string DeletionRequested = "deletion_requested";

    /// <summary>The owner came back within the time to do so.</summary>
    public const string DeletionUndone = "deletion_undone";

    /// <summary>An account was erased when its time to come back was over. Nothing says which.</summary>
    public const string AccountErased = "account_erased";

    /// <summary>A spent refresh token came back.</summary>
    public const string RefreshTokenReused = "refresh_token_reused";

    /// <summary>Somebody signed in on a device the account had not been seen on.</summary>
    public const string NewDevice = "new_device";

    /// <summary>One IP prefix failed to sign in to many accounts.</summary>
    public const string ManyAccountsTried = "many_accounts_tried";

    /// <summary>Many IP prefixes failed to sign in to one account.</summary>
    public const string ManyAddressesTried = "many_addresses_tried";

    /// <summary>A session was used by another kind of client than the one that signed in.</summary>
    public const string ClientChanged = "client_changed";

    /// <summary>A session was used from another IP prefix than before.</summary>
    public const string AddressChanged = "address_changed";

    /// <summary>A device's request to be signed in was approved.</summary>
    public const string DeviceSignInApproved = "device_sign_in_approved";

    /// <summary>A device's request to be signed in was turned away.</summary>
    public const string DeviceSignInDenied = "device_sign_in_denied";

    /// <summary>The user was given a role, or one was taken away.</summary>
    public const string RolesChanged = "roles_changed";

    /// <summary>The user gave somebody a role, or took one away.</summary>
    public const string RolesAssigned = "roles_assigned";

    /// <summary>The user made a role.</summary>
    public const string RoleCreated = "role_created";

    /// <summary>The user changed what a role is called or allows.</summary>
    public const string RoleChanged = "role_changed";

    /// <summary>The user deleted a role.</summary>
    public const string RoleDeleted = "role_deleted";

    /// <summary>The user made a group.</summary>
    public const string GroupCreated = "group_created";

    /// <summary>The user renamed a group.</summary>
    public const string GroupRenamed = "group_renamed";

    /// <summary>A group was deleted: of everybody who was in it.</summary>
    public const string GroupDeleted = "group_deleted";

    /// <summary>The user deleted a group as an administrator.</summary>
    public const string GroupRemoved = "group_removed";

    /// <summary>The user invited somebody to a group.</summary>
    public const string GroupInvitationSent = "group_invitation_sent";

    /// <summary>The user took an invitation back.</summary>
    public const string GroupInvitationRevoked = "group_invitation_revoked";

    /// <summary>The user declined an invitation.</summary>
    public const string GroupInvitationDeclined = "group_invitation_declined";

    /// <summary>The user accepted an invitation.</summary>
    public const string GroupJoined = "group_joined";

    /// <summary>The user left a group.</summary>
    public const string GroupLeft = "group_left";

    /// <summary>Somebody was removed from a group: of both, whoever did it and whoever it happened to.</summary>
    public const string GroupMemberRemoved = "group_member_removed";

    /// <summary>Somebody's role in a group was changed: of both.</summary>
    public const string GroupRoleChanged = "group_role_changed";

    /// <summary>A group has another owner: of both.</summary>
    public const string GroupHandedOver = "group_handed_over";

    /// <summary>An administrator closed the account.</summary>
    public const string AccountClosed = "account_closed";

    /// <summary>An administrator opened the account again, or lifted what wrong passwords had brought on.</summary>
    public const string AccountReopened = "account_reopened";

    /// <summary>An administrator took every second factor and passkey from the account.</summary>
    public const string FactorsReset = "factors_reset";

    /// <summary>An administrator had a reset link sent.</summary>
    public const string PasswordResetSent = "password_reset_sent";

    /// <summary>An administrator changed what the user is called.</summary>
    public const string NameChanged = "name_changed";

    /// <summary>An administrator began to look at the account as its owner sees it. The detail is the reason given.</summary>
    public const string ImpersonationStarted = "impersonation_started";
    /// <summary>An administrator stopped looking at the account.</summary>
    public const string ImpersonationEnded = "impersonation_ended";

    /// <summary>The user did something to somebody's account. The detail says what, the event beside it to whom.</summary>
    public const string AccountAdministered = "account_administered";
}
