using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Applications;
using WebApp.Features.Audit;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using static WebApp.Features.Audit.SecurityEventKind;

namespace WebApp.Features.Accounts;

/// <summary>The events of an account, for its owner.</summary>
public sealed class Activity(AppDbContext db)
{
    /// <summary>The maximum number of events on a page.</summary>
    public const int MaxLimit = 100;

    /// <summary>The default number of events on a page.</summary>
    public const int UsualLimit = 25;

    /// <summary>Lists the newest events first.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="before">Only events before this one.</param>
    /// <param name="earlierThan">Only events before this time.</param>
    /// <param name="limit">The maximum number.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<ActivityEntry>> ListAsync(Guid userId, Guid? before, DateTimeOffset? earlierThan, int limit, CancellationToken cancel)
    {
        var events = db.SecurityEvents.AsNoTracking().Where(e => e.UserId == userId);
        events = before is { } id ? events.Where(e => e.Id < id) : events;
        events = earlierThan is { } time ? events.Where(e => e.At < time) : events;
        var found = await events.OrderByDescending(e => e.Id).Take(limit).ToListAsync(cancel);
        var names = await NamesAsync(userId, found, cancel);
        return [.. found.Select(e => Entry(e, names.GetValueOrDefault(e.Detail ?? "")))];
    }

    /// <summary>The names of the API tokens and applications that events are about, by their ids.</summary>
    private async Task<Dictionary<string, string>> NamesAsync(Guid userId, List<SecurityEvent> events, CancellationToken cancel)
    {
        string[] Details(params string[] kinds) => [.. events.Where(e => kinds.Contains(e.Kind)).Select(e => e.Detail).OfType<string>().Distinct()];

        Guid[] tokens = [.. Details(ApiTokenCreated, ApiTokenRevoked).Select(detail => Guid.TryParse(detail, out var id) ? id : Guid.Empty)];
        var clients = Details(ApplicationEntered, ApplicationWithdrawn);
        var names = new Dictionary<string, string>();
        if (tokens.Length > 0)
        {
            foreach (var token in await db.ApiTokens.AsNoTracking().Where(t => t.UserId == userId && tokens.Contains(t.Id)).Select(t => new { t.Id, t.Name }).ToListAsync(cancel))
            {
                names[token.Id.ToString()] = token.Name;
            }
        }

        if (clients.Length > 0)
        {
            foreach (var client in await db.Applications.AsNoTracking().Where(a => clients.Contains(a.ClientId)).Select(a => new { a.ClientId, a.DisplayName }).ToListAsync(cancel))
            {
                names[client.ClientId!] = client.DisplayName ?? client.ClientId!;
            }
        }

        return names;
    }

    internal static ActivityEntry Entry(SecurityEvent e, string? name = null) => new(
        e.Id, e.At, e.Kind, ActivityText.For(e.Kind, e.Detail, name), EventOutcome.ForKind(e.Kind), ActivityText.IsWarning(e.Kind), DeviceLabel.Describe(null, e.UserAgent), e.Ip?.ToString(), e.SessionId);
}

/// <summary>A security event as shown to its owner.</summary>
/// <param name="Id">The event's id; the next page begins before it.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Kind">The event kind in the audit trail.</param>
/// <param name="Description">What happened, as text.</param>
/// <param name="Outcome">Whether it was done or refused: <see cref="Features.Audit.EventOutcome"/>.</param>
/// <param name="IsWarning">Whether the owner should check it.</param>
/// <param name="Device">The device.</param>
/// <param name="Ip">The IP address.</param>
/// <param name="SessionId">The session, if there was one.</param>
public sealed record ActivityEntry(
    Guid Id, DateTimeOffset At, string Kind, string Description, string Outcome, bool IsWarning, string Device, string? Ip, Guid? SessionId);

/// <summary>The texts of event kinds for their owner.</summary>
public static class ActivityText
{
    private static readonly FrozenDictionary<string, string> Kinds = new Dictionary<string, string>
    {
        [Registered] = Marked("The account was created"),
        [Imported] = Marked("The account was imported"),
        [UsersImported] = Marked("Accounts were imported"),
        [AdministratorMade] = Marked("The account became an administrator"),
        [SetupFailed] = Marked("A wrong setup code was tried"),
        [EmailConfirmed] = Marked("The email address was confirmed"),
        [RegistrationDeclined] = Marked("A registration was declined"),
        [RegistrationChanged] = Marked("Who may register was changed"),
        [SignedIn] = Marked("Signed in"),
        [SecondFactorAwaited] = Marked("The password was correct, and a second factor was requested"),
        [SignInFailed] = Marked("A sign-in was refused"),
        [AccountLocked] = Marked("Too many wrong passwords: sign-in was delayed"),
        [PasswordSuspended] = Marked("A hundred wrong passwords: the password is accepted only in known browsers"),
        [SessionEnded] = Marked("A session was ended"),
        [SignedOutEverywhere] = Marked("Signed out everywhere"),
        [PasswordResetRequested] = Marked("A password reset was requested"),
        [SecurityEventKind.PasswordReset] = Marked("The password was reset by email"),
        [SecondFactorFailed] = Marked("A second-factor code was refused"),
        [SecondFactorLocked] = Marked("Too many wrong codes: sign-in by code was delayed"),
        [SecondFactorSuspended] = Marked("A hundred wrong codes: codes are accepted only in known browsers"),
        [FactorChanged] = Marked("The second factors were changed"),
        [RecoveryCodeUsed] = Marked("A recovery code was used"),
        [PasskeyChanged] = Marked("The passkeys were changed"),
        [ExternalLoginChanged] = Marked("Sign-in with another provider was changed"),
        [Reauthenticated] = Marked("Identity was confirmed"),
        [ReauthenticationFailed] = Marked("A wrong password was given to confirm a change"),
        [ReauthenticationLocked] = Marked("Too many wrong passwords or codes while signed in"),
        [MailProofFailed] = Marked("A link or code from an email was refused"),
        [SecurityEventKind.PasswordChanged] = Marked("The password was changed"),
        [EmailChangeRequested] = Marked("A change of email address was requested"),
        [EmailChanged] = Marked("The email address was changed"),
        [EmailChangeUndone] = Marked("The change of email address was undone"),
        [ReportedNotMe] = Marked("“This was not me” was reported"),
        [ApplicationEntered] = Marked("Signed in to an application"),
        [ApplicationAllowed] = Marked("An application was allowed to see your data"),
        [ApplicationWithdrawn] = Marked("An application was no longer allowed to see your data"),
        [ApplicationChanged] = Marked("An application was set up or changed"),
        [ApiTokenCreated] = Marked("An API token was created"),
        [ApiTokenRevoked] = Marked("An API token was revoked"),
        [DeviceTrusted] = Marked("A device was trusted"),
        [DeviceForgotten] = Marked("A known device was forgotten"),
        [DataExported] = Marked("The account's data was downloaded"),
        [EventsExported] = Marked("Security events were exported"),
        [UsersExported] = Marked("The list of users was exported"),
        [AuditVerified] = Marked("The audit trail was verified and is intact"),
        [AuditVerificationFailed] = Marked("The audit trail was verified and is damaged"),
        [AuditChainBegun] = Marked("A new chain of the audit trail was started"),
        [SigningKeyRotated] = Marked("The signing key was rotated"),
        [MailRetried] = Marked("Unsent email was tried again"),
        [TestSent] = Marked("A test message was sent"),
        [DeletionRequested] = Marked("Account deletion was requested"),
        [DeletionUndone] = Marked("The account was restored"),
        [RefreshTokenReused] = Marked("A used refresh token was sent again, so its session was ended"),
        [NewDevice] = Marked("Signed in on a new device"),
        [ManyAccountsTried] = Marked("One address tried many accounts"),
        [ManyAddressesTried] = Marked("Many addresses tried passwords"),
        [ClientChanged] = Marked("A session was used by another browser or application"),
        [AddressChanged] = Marked("A session was used from another address"),
        [DeviceSignInApproved] = Marked("A device was approved by its code"),
        [DeviceSignInDenied] = Marked("A device was denied"),
        [RolesChanged] = Marked("The roles of this account were changed"),
        [RolesAssigned] = Marked("A user's roles were changed"),
        [RoleCreated] = Marked("A role was created"),
        [RoleChanged] = Marked("A role was changed"),
        [RoleDeleted] = Marked("A role was deleted"),
        [GroupCreated] = Marked("A group was created"),
        [GroupRenamed] = Marked("A group was renamed"),
        [GroupDeleted] = Marked("A group was deleted"),
        [GroupRemoved] = Marked("A group was deleted by an administrator"),
        [GroupInvitationSent] = Marked("Someone was invited to a group"),
        [GroupInvitationRevoked] = Marked("An invitation to a group was withdrawn"),
        [GroupInvitationDeclined] = Marked("An invitation to a group was declined"),
        [GroupJoined] = Marked("Joined a group"),
        [GroupLeft] = Marked("Left a group"),
        [GroupMemberRemoved] = Marked("Someone was removed from a group"),
        [GroupRoleChanged] = Marked("Someone's role in a group was changed"),
        [GroupHandedOver] = Marked("A group was handed over"),
        [MasterPasswordUsed] = Marked("The master password was used"),
        [MasterPasswordFailed] = Marked("A wrong master password was refused"),
        [MasterPasswordLocked] = Marked("Too many wrong master passwords"),
        [AccountClosed] = Marked("The account was locked by an administrator"),
        [AccountReopened] = Marked("The account was unlocked by an administrator"),
        [FactorsReset] = Marked("The second factors and passkeys were removed by an administrator"),
        [PasswordResetSent] = Marked("An administrator sent a link to reset the password"),
        [NameChanged] = Marked("The name was changed by an administrator"),
        [ImpersonationStarted] = Marked("An administrator started to view the account"),
        [ImpersonationEnded] = Marked("The administrator stopped viewing the account"),
        [AccountAdministered] = Marked("A user's account was changed by an administrator"),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Warnings =
        new[]
        {
            SignInFailed, AccountLocked, PasswordSuspended, SecondFactorFailed, SecondFactorLocked, SecondFactorSuspended, ReauthenticationFailed, ReauthenticationLocked, MailProofFailed, RecoveryCodeUsed, EmailChangeUndone,
            ReportedNotMe, DeletionRequested, RefreshTokenReused, NewDevice, ManyAddressesTried, ClientChanged, AdministratorMade, FactorsReset,
            ImpersonationStarted,
        }.ToFrozenSet();

    private static readonly FrozenDictionary<(string Kind, string Detail), string> Details = new Dictionary<(string, string), string>
    {
        [(FactorChanged, "totp on")] = Marked("An authenticator app was added"),
        [(FactorChanged, "totp off")] = Marked("The authenticator app was removed"),
        [(FactorChanged, "email on")] = Marked("Codes by email were turned on"),
        [(FactorChanged, "email off")] = Marked("Codes by email were turned off"),
        [(FactorChanged, "recovery codes renewed")] = Marked("New recovery codes were made"),
        [(PasskeyChanged, "added")] = Marked("A passkey was added"),
        [(PasskeyChanged, "removed")] = Marked("A passkey was removed"),
        [(PasskeyChanged, "renamed")] = Marked("A passkey was renamed"),
    }.ToFrozenDictionary();

    /// <summary>The text of an event: the most exact one that its detail allows.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="detail">Its detail.</param>
    /// <param name="name">The name of the API token or application that it is about, if it is known.</param>
    public static string For(string kind, string? detail, string? name) => (kind, name) switch
    {
        (ApiTokenCreated, not null) => T("The API token “{0}” was created", name),
        (ApiTokenRevoked, not null) => T("The API token “{0}” was revoked", name),
        (ApplicationEntered, not null) => T("Signed in to {0}", name),
        (ApplicationWithdrawn, not null) => T("{0} was no longer allowed to see your data", name),
        _ => Details.GetValueOrDefault((kind, detail ?? "")) is { } text ? T(text) : ForKind(kind),
    };

    /// <summary>Whether a kind has its own text.</summary>
    public static bool Knows(string kind) => Kinds.ContainsKey(kind);

    /// <summary>The text of a kind. A kind from a newer version gets a readable default.</summary>
    public static string ForKind(string kind) => Kinds.GetValueOrDefault(kind) is { } text ? T(text) : $"{char.ToUpperInvariant(kind[0])}{kind[1..].Replace('_', ' ')}";

    /// <summary>Whether the owner should check it.</summary>
    public static bool IsWarning(string kind) => Warnings.Contains(kind);
}
