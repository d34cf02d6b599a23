namespace WebApp.Features.Audit;

/// <summary>The kinds of events in the audit trail.</summary>
public static partial class SecurityEventKind
{
    /// <summary>All of them, sorted.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(SecurityEventKind).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)];

    /// <summary>An account was created.</summary>
    public const string Registered = "registered";

    /// <summary>An account was imported from another system.</summary>
    public const string Imported = "imported";

    /// <summary>An import has finished. The detail contains the file's digest and the numbers.</summary>
    public const string UsersImported = "users_imported";

    /// <summary>An account became administrator by the setup code or the command line.</summary>
    public const string AdministratorMade = "administrator_made";

    /// <summary>A wrong setup code was tried.</summary>
    public const string SetupFailed = "setup_failed";

    /// <summary>The address was confirmed.</summary>
    public const string EmailConfirmed = "email_confirmed";

    /// <summary>The mailbox's owner declined a registration with their address. It is void.</summary>
    public const string RegistrationDeclined = "registration_declined";

    /// <summary>The user changed who may register. The detail contains the mode and the allowed domains.</summary>
    public const string RegistrationChanged = "registration_changed";

    /// <summary>A session was created.</summary>
    public const string SignedIn = "signed_in";

    /// <summary>The password of an account was right, and its second factor is required.</summary>
    public const string SecondFactorAwaited = "second_factor_awaited";

    /// <summary>A sign-in was refused.</summary>
    public const string SignInFailed = "sign_in_failed";

    /// <summary>Too many wrong passwords: for a while none is checked.</summary>
    public const string AccountLocked = "account_locked";

    /// <summary>A hundred consecutive wrong passwords: from unknown devices the password alone is no longer accepted.</summary>
    public const string PasswordSuspended = "password_suspended";

    /// <summary>The master password was used.</summary>
    public const string MasterPasswordUsed = "master_password_used";

    /// <summary>A wrong master password was refused.</summary>
    public const string MasterPasswordFailed = "master_password_failed";

    /// <summary>Too many wrong master passwords: for a while none is checked.</summary>
    public const string MasterPasswordLocked = "master_password_locked";

    /// <summary>A session was ended by its user.</summary>
    public const string SessionEnded = "session_ended";

    /// <summary>Every session of the user was ended.</summary>
    public const string SignedOutEverywhere = "signed_out_everywhere";

    /// <summary>A reset link was requested.</summary>
    public const string PasswordResetRequested = "password_reset_requested";

    /// <summary>A forgotten password was replaced.</summary>
    public const string PasswordReset = "password_reset";

    /// <summary>A second-factor code was refused.</summary>
    public const string SecondFactorFailed = "second_factor_failed";

    /// <summary>Too many wrong codes after a right password: for a while none is checked.</summary>
    public const string SecondFactorLocked = "second_factor_locked";

    /// <summary>A hundred consecutive wrong codes: from unknown devices none is checked any more.</summary>
    public const string SecondFactorSuspended = "second_factor_suspended";

    /// <summary>A second factor was turned on, off or renewed.</summary>
    public const string FactorChanged = "factor_changed";

    /// <summary>A recovery code was used.</summary>
    public const string RecoveryCodeUsed = "recovery_code_used";

    /// <summary>A passkey was added, renamed or removed.</summary>
    public const string PasskeyChanged = "passkey_changed";

    /// <summary>An account at an outside provider was linked or unlinked. The detail contains which provider.</summary>
    public const string ExternalLoginChanged = "external_login_changed";

    /// <summary>A signed-in user authenticated again.</summary>
    public const string Reauthenticated = "reauthenticated";

    /// <summary>A signed-in user gave a wrong password at a step-up.</summary>
    public const string ReauthenticationFailed = "reauthentication_failed";

    /// <summary>Too many wrong passwords or codes at a step-up: for a while none is checked.</summary>
    public const string ReauthenticationLocked = "reauthentication_locked";

    /// <summary>A mailed link or code was refused: unknown, used or expired. The detail contains its purpose.</summary>
    public const string MailProofFailed = "mail_proof_failed";

    /// <summary>The password was changed by its owner.</summary>
    public const string PasswordChanged = "password_changed";

    /// <summary>Another address was requested.</summary>
    public const string EmailChangeRequested = "email_change_requested";

    /// <summary>The address was changed.</summary>
    public const string EmailChanged = "email_changed";

    /// <summary>A change of address was undone from the old mailbox.</summary>
    public const string EmailChangeUndone = "email_change_undone";

    /// <summary>The owner reported by a mailed link that it was not them.</summary>
    public const string ReportedNotMe = "reported_not_me";

    /// <summary>An API token was created.</summary>
    public const string ApiTokenCreated = "api_token_created";

    /// <summary>An API token was revoked.</summary>
    public const string ApiTokenRevoked = "api_token_revoked";

    /// <summary>A device was trusted to skip the second factor.</summary>
    public const string DeviceTrusted = "device_trusted";

    /// <summary>A known device was forgotten.</summary>
    public const string DeviceForgotten = "device_forgotten";

    /// <summary>The owner exported their data.</summary>
    public const string DataExported = "data_exported";

    /// <summary>The user exported security events from the console. The detail contains the filter.</summary>
    public const string EventsExported = "events_exported";

    /// <summary>The user exported accounts from the console. The detail contains the search.</summary>
    public const string UsersExported = "users_exported";

    /// <summary>The user had the whole audit trail verified, without faults, or with faults.</summary>
    public const string AuditVerified = "audit_verified", AuditVerificationFailed = "audit_verification_failed";

    /// <summary>The audit trail's chain was damaged, and a new one begins with this event. The detail contains the reason and the actor.</summary>
    public const string AuditChainBegun = "audit_chain_begun";

    /// <summary>The next signing key was requested, in the console or by command.</summary>
    public const string SigningKeyRotated = "signing_key_rotated";

    /// <summary>The user had unsent mail tried again; the user sent a test mail or webhook.</summary>
    public const string MailRetried = "mail_retried", TestSent = "test_sent";

    /// <summary>The owner requested the deletion of the account.</summary>
    public const string DeletionRequested = "deletion_requested";

    /// <summary>The owner restored the account before it was erased.</summary>
    public const string DeletionUndone = "deletion_undone";

    /// <summary>An account was erased after the deletion delay. The event does not say which.</summary>
    public const string AccountErased = "account_erased";

    /// <summary>A used refresh token was sent again.</summary>
    public const string RefreshTokenReused = "refresh_token_reused";

    /// <summary>A user signed in on a device that was new to the account.</summary>
    public const string NewDevice = "new_device";

    /// <summary>One IP prefix failed to sign in to many accounts.</summary>
    public const string ManyAccountsTried = "many_accounts_tried";

    /// <summary>Many IP prefixes failed to sign in to one account.</summary>
    public const string ManyAddressesTried = "many_addresses_tried";

    /// <summary>A session was used by another kind of client than the one that signed in.</summary>
    public const string ClientChanged = "client_changed";

    /// <summary>A session was used from another IP prefix than before.</summary>
    public const string AddressChanged = "address_changed";

    /// <summary>A device's request to be signed in was approved, or denied.</summary>
    public const string DeviceSignInApproved = "device_sign_in_approved", DeviceSignInDenied = "device_sign_in_denied";

    /// <summary>The user was given a role, or one was removed.</summary>
    public const string RolesChanged = "roles_changed";

    /// <summary>The user gave another user a role, or removed one.</summary>
    public const string RolesAssigned = "roles_assigned";

    /// <summary>The user created a role.</summary>
    public const string RoleCreated = "role_created";

    /// <summary>The user changed a role's name or permissions.</summary>
    public const string RoleChanged = "role_changed";

    /// <summary>The user deleted a role.</summary>
    public const string RoleDeleted = "role_deleted";

    /// <summary>The user created a group.</summary>
    public const string GroupCreated = "group_created";

    /// <summary>The user renamed a group.</summary>
    public const string GroupRenamed = "group_renamed";

    /// <summary>A group was deleted; recorded for every member.</summary>
    public const string GroupDeleted = "group_deleted";

    /// <summary>The user deleted a group as an administrator.</summary>
    public const string GroupRemoved = "group_removed";

    /// <summary>The user invited a person to a group.</summary>
    public const string GroupInvitationSent = "group_invitation_sent";

    /// <summary>The user revoked an invitation.</summary>
    public const string GroupInvitationRevoked = "group_invitation_revoked";

    /// <summary>The user declined an invitation.</summary>
    public const string GroupInvitationDeclined = "group_invitation_declined";

    /// <summary>The user accepted an invitation; the user left a group.</summary>
    public const string GroupJoined = "group_joined", GroupLeft = "group_left";

    /// <summary>A member was removed from a group; recorded for the actor and the member.</summary>
    public const string GroupMemberRemoved = "group_member_removed";

    /// <summary>A member's role in a group was changed; recorded for the actor and the member.</summary>
    public const string GroupRoleChanged = "group_role_changed";

    /// <summary>A group has another owner; recorded for both.</summary>
    public const string GroupHandedOver = "group_handed_over";

    /// <summary>An administrator locked the account.</summary>
    public const string AccountClosed = "account_closed";

    /// <summary>An administrator unlocked the account, or ended a lockout by wrong passwords.</summary>
    public const string AccountReopened = "account_reopened";

    /// <summary>An administrator removed all second factors and passkeys of the account.</summary>
    public const string FactorsReset = "factors_reset";

    /// <summary>An administrator sent a reset link.</summary>
    public const string PasswordResetSent = "password_reset_sent";

    /// <summary>An administrator changed the user's display name.</summary>
    public const string NameChanged = "name_changed";

    /// <summary>An administrator started, or stopped, viewing the account as its owner sees it. The detail of the start is the given reason.</summary>
    public const string ImpersonationStarted = "impersonation_started", ImpersonationEnded = "impersonation_ended";

    /// <summary>The user acted on another user's account. The detail contains the action; the event beside it names the account.</summary>
    public const string AccountAdministered = "account_administered";
}
